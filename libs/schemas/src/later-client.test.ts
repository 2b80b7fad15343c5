import { describe, expect, it } from 'vitest';

import {
  ConfigSocketRequest,
  ConfigVerdictRequest,
  OverrideRequest,
  RegisterRequest,
  RenewManyRequest,
  RenewRequest,
  WatchRequest,
} from './index.ts';

const PAIR = { service: 'orders', environment: 'production' };

/** Everything that the SDK sends of its own accord. */
const REQUESTS = [
  { schema: ConfigSocketRequest, message: { type: 'subscribe', ...PAIR } },
  { schema: ConfigSocketRequest, message: { type: 'applied', ...PAIR, etag: 'a' } },
  { schema: ConfigSocketRequest, message: { type: 'rejected', ...PAIR, etag: 'a', reason: 'too small' } },
  { schema: ConfigVerdictRequest, message: { type: 'applied', instanceId: 'orders-1', etag: 'a' } },
  { schema: ConfigVerdictRequest, message: { type: 'rejected', instanceId: 'orders-1', etag: 'a', reason: 'x' } },
  { schema: RegisterRequest, message: { address: '127.0.0.1', port: 4000 } },
  { schema: RenewRequest, message: {} },
  { schema: RenewManyRequest, message: { instances: [{ service: 'orders', id: 'orders-1' }] } },
  { schema: OverrideRequest, message: { status: 'draining' } },
  { schema: WatchRequest, message: { type: 'watch', service: 'orders' } },
  { schema: WatchRequest, message: { type: 'unwatch', service: 'orders' } },
] as const;

describe('a request of a client that is later than the server', () => {
  it.each(REQUESTS)('is taken without the member that is not known: $message', ({ schema, message }) => {
    expect(schema.parse({ ...message, laterMember: { of: 'another release' } })).toEqual(schema.parse(message));
  });
});
