import { describe, expect, it } from 'vitest';

import { RegisterRequest } from './register-request.ts';

describe('RegisterRequest', () => {
  it('refuses a check that asks for more than it knows', () => {
    const checks = [{ type: 'tcp', expect: 'PONG' }];
    const { error } = RegisterRequest.safeParse({ address: '10.0.0.7', port: 8080, checks });

    expect(error?.issues).toMatchObject([{ path: ['checks', 0], message: 'Unrecognized key: "expect"' }]);
  });

  it('asks for a check to speak for an instance without a lease', () => {
    const { error } = RegisterRequest.safeParse({ address: '10.0.0.7', port: 8080, ttlMs: null });

    expect(error?.issues).toMatchObject([{ path: ['ttlMs'] }]);
  });
});
