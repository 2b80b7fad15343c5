import { describe, expect, it } from 'vitest';

import { ConfigSocketRequest, ConfigVerdictRequest } from './socket-request.ts';

const PAIR = { service: 'orders', environment: 'production' };
const rejection = { type: 'rejected', etag: 'a', reason: 'too small' };

describe.each([
  ['ConfigSocketRequest', ConfigSocketRequest, PAIR],
  ['ConfigVerdictRequest', ConfigVerdictRequest, { instanceId: 'orders-1' }],
] as const)('%s', (_name, schema, who) => {
  it.each([
    ['an etag of 1 character', { etag: 'a' }, { etag: '' }],
    ['an etag of 128 characters', { etag: 'x'.repeat(128) }, { etag: 'x'.repeat(129) }],
    ['a reason of 4,096 characters', { reason: 'x'.repeat(4_096) }, { reason: 'x'.repeat(4_097) }],
  ])('goes as far as %s', (_bound, within, beyond) => {
    expect(schema.safeParse({ ...rejection, ...who, ...within }).success).toBe(true);
    const { error } = schema.safeParse({ ...rejection, ...who, ...beyond });

    expect(error?.issues.map(({ path }) => path)).toEqual([Object.keys(beyond)]);
  });

  it('refuses a frame of another type', () => {
    expect(schema.safeParse({ ...rejection, ...who, type: 'pondered' }).success).toBe(false);
  });
});
