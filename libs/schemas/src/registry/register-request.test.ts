import { describe, expect, it } from 'vitest';

import { RegisterRequest } from './register-request.ts';

describe('RegisterRequest', () => {
  it('refuses a check that asks for more than it knows', () => {
    const checks = [{ type: 'tcp', expect: 'PONG' }];
    const { error } = RegisterRequest.safeParse({ address: '10.0.0.7', port: 8080, checks });

    expect(error?.issues).toMatchObject([{ path: ['checks', 0], message: 'Unrecognized key: "expect"' }]);
  });

  it('takes a gRPC check for one of the server as a whole, without TLS, where it does not say', () => {
    const checks = [{ type: 'grpc' }];
    const { data } = RegisterRequest.safeParse({ address: '10.0.0.7', port: 50_051, checks });

    expect(data?.checks).toMatchObject([{ type: 'grpc', service: '', tls: false }]);
  });

  it.each([{ type: 'tcp' }, { type: 'http', path: '/health/ready' }, { type: 'grpc' }])(
    'has the documented schedule for a check %o that names none',
    (check) => {
      const { data } = RegisterRequest.safeParse({ address: '10.0.0.7', port: 8080, checks: [check] });

      expect(data?.checks).toMatchObject([
        { intervalMs: 10_000, timeoutMs: 2_000, successThreshold: 1, failureThreshold: 3 },
      ]);
    },
  );

  it.each(['a service', 'é', 'x'.repeat(128)])(
    'refuses a gRPC check of "%s", which no probe can ask for',
    (service) => {
      const checks = [{ type: 'grpc', service }];
      const { error } = RegisterRequest.safeParse({ address: '10.0.0.7', port: 50_051, checks });

      expect(error?.issues).toMatchObject([
        { path: ['checks', 0, 'service'], message: 'must have at most 127 printable ASCII characters, and no space' },
      ]);
    },
  );

  it('asks for a check to speak for an instance without a lease', () => {
    const { error } = RegisterRequest.safeParse({ address: '10.0.0.7', port: 8080, ttlMs: null });

    expect(error?.issues).toMatchObject([{ path: ['ttlMs'] }]);
  });

  it('has the defaults that are documented', () => {
    expect(RegisterRequest.parse({ address: '10.0.0.7', port: 8080 })).toEqual({
      address: '10.0.0.7',
      port: 8080,
      environment: 'default',
      scheme: 'http',
      tags: [],
      meta: {},
      weight: 1,
      ttlMs: 30_000,
      checks: [],
    });
  });

  const entries = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, i) => [`key${i}`, '']));
  const tcp = { type: 'tcp' };

  it.each([
    ['port 1', { port: 1 }, { port: 0 }],
    ['port 65535', { port: 65_535 }, { port: 65_536 }],
    ['64 tags', { tags: Array(64).fill('a') }, { tags: Array(65).fill('a') }],
    ['a tag of 512 characters', { tags: ['x'.repeat(512)] }, { tags: ['x'.repeat(513)] }],
    ['a tag of 1 character', { tags: ['x'] }, { tags: [''] }],
    ['64 entries of meta', { meta: entries(64) }, { meta: entries(65) }],
    ['a meta key of 128 characters', { meta: { ['k'.repeat(128)]: '' } }, { meta: { ['k'.repeat(129)]: '' } }],
    ['a meta value of 512 characters', { meta: { a: 'x'.repeat(512) } }, { meta: { a: 'x'.repeat(513) } }],
    ['a weight of 0', { weight: 0 }, { weight: -1 }],
    ['a weight of 65535', { weight: 65_535 }, { weight: 65_536 }],
    ['a whole weight', { weight: 2 }, { weight: 1.5 }],
    ['a zone of 512 characters', { zone: 'x'.repeat(512) }, { zone: 'x'.repeat(513) }],
    ['a lease of a second', { ttlMs: 1_000 }, { ttlMs: 999 }],
    ['a lease of a day', { ttlMs: 86_400_000 }, { ttlMs: 86_400_001 }],
    ['8 checks', { checks: Array(8).fill(tcp) }, { checks: Array(9).fill(tcp) }],
    ['an interval of 100 ms', { checks: [{ ...tcp, intervalMs: 100 }] }, { checks: [{ ...tcp, intervalMs: 99 }] }],
    [
      'an interval of an hour',
      { checks: [{ ...tcp, intervalMs: 3_600_000 }] },
      { checks: [{ ...tcp, intervalMs: 3_600_001 }] },
    ],
    ['a timeout of 100 ms', { checks: [{ ...tcp, timeoutMs: 100 }] }, { checks: [{ ...tcp, timeoutMs: 99 }] }],
    ['a timeout of a minute', { checks: [{ ...tcp, timeoutMs: 60_000 }] }, { checks: [{ ...tcp, timeoutMs: 60_001 }] }],
    [
      'a threshold of 1',
      { checks: [{ ...tcp, successThreshold: 1, failureThreshold: 1 }] },
      { checks: [{ ...tcp, failureThreshold: 0 }] },
    ],
    [
      '100 passes in a row',
      { checks: [{ ...tcp, successThreshold: 100 }] },
      { checks: [{ ...tcp, successThreshold: 101 }] },
    ],
    [
      '100 failures in a row',
      { checks: [{ ...tcp, failureThreshold: 100 }] },
      { checks: [{ ...tcp, failureThreshold: 101 }] },
    ],
    [
      'a name of 64 characters',
      { checks: [{ ...tcp, name: 'x'.repeat(64) }] },
      { checks: [{ ...tcp, name: 'x'.repeat(65) }] },
    ],
    [
      'a path of 2,048 characters',
      { checks: [{ type: 'http', path: `/${'x'.repeat(2_047)}` }] },
      { checks: [{ type: 'http', path: `/${'x'.repeat(2_048)}` }] },
    ],
  ])('goes as far as %s', (_bound, within, beyond) => {
    const registration = { address: '10.0.0.7', port: 8080 };

    expect(RegisterRequest.safeParse({ ...registration, ...within }).success).toBe(true);
    const { error } = RegisterRequest.safeParse({ ...registration, ...beyond });
    expect([...new Set(error?.issues.map(({ path }) => path[0]))]).toEqual(Object.keys(beyond));
  });
});
