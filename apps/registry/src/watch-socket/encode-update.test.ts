import { describe, expect, it } from 'vitest';

import { WatchMessage } from '@signalbox/schemas';

import { anInstance, aRegistration, aTcpCheck } from '../../test/registrations.ts';
import { register, toInstance } from '../catalog/instance.ts';
import { encodeUpdate } from './encode-update.ts';

const bare = anInstance();
const full = toInstance(
  register(
    undefined,
    aRegistration({
      id: 'orders-2',
      environment: 'production',
      scheme: 'https',
      address: '::1',
      tags: ['a "b"'],
      meta: { note: 'ü\n' },
      region: 'eu',
      zone: 'z1',
      version: '2.0',
      configurationVersion: 'abc',
      ttlMs: null,
      checks: [aTcpCheck()],
    }),
    1_750_000_000_123,
  ),
  undefined,
);

const BARE =
  '{"service":"orders","id":"orders-1","environment":"default","scheme":"http","address":"127.0.0.1","port":8080,' +
  '"tags":[],"meta":{},"weight":1,"status":"up","checks":[],"registeredAt":"1970-01-01T00:00:00.000Z",' +
  '"lease":{"ttlMs":30000,"renewEveryMs":10000}}';
const FULL =
  '{"service":"orders","id":"orders-2","environment":"production","scheme":"https","address":"::1","port":8080,' +
  '"tags":["a \\"b\\""],"meta":{"note":"ü\\n"},"weight":1,"region":"eu","zone":"z1","version":"2.0",' +
  '"configurationVersion":"abc","status":"starting","checks":[{"name":"tcp","status":"pending"}],' +
  '"registeredAt":"2025-06-15T15:06:40.123Z","lease":null}';

describe('encodeUpdate', () => {
  it.each([
    [
      'a snapshot',
      { type: 'snapshot', service: 'orders', revision: 7, instances: [bare, full] },
      `{"type":"snapshot","service":"orders","revision":7,"instances":[${BARE},${FULL}]}`,
    ],
    [
      'an empty snapshot',
      { type: 'snapshot', service: 'orders', revision: 7, instances: [] },
      '{"type":"snapshot","service":"orders","revision":7,"instances":[]}',
    ],
    [
      'a delta',
      { type: 'delta', service: 'orders', revision: 8, upserted: [full], removed: ['orders-1', 'orders-3'] },
      `{"type":"delta","service":"orders","revision":8,"upserted":[${FULL}],"removed":["orders-1","orders-3"]}`,
    ],
  ] as const)('writes %s as the wire has it', (_name, update, json) => {
    const text = encodeUpdate(update).toString();

    expect(text).toBe(json);
    expect(WatchMessage.parse(JSON.parse(text))).toEqual(JSON.parse(text));
  });

  it('encodes an update once for all of its watchers', () => {
    const update = { type: 'delta', service: 'orders', revision: 8, upserted: [bare], removed: [] } as const;

    expect(encodeUpdate(update)).toBe(encodeUpdate(update));
  });
});
