import { describe, expect, it } from 'vitest';

import { RegisterRequest } from './register-request.ts';

describe('RegisterRequest', () => {
  it('names a field that it does not know, instead of dropping it', () => {
    const { error } = RegisterRequest.safeParse({ address: '10.0.0.7', port: 8080, ttl: 5_000 });

    expect(error?.issues).toMatchObject([{ message: 'Unrecognized key: "ttl"' }]);
  });

  it('asks for a check to speak for an instance without a lease', () => {
    const { error } = RegisterRequest.safeParse({ address: '10.0.0.7', port: 8080, ttlMs: null });

    expect(error?.issues).toMatchObject([{ path: ['ttlMs'] }]);
  });
});
