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
});
