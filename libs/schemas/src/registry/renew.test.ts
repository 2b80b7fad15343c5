import { describe, expect, it } from 'vitest';

import { RenewManyRequest, RenewRequest } from './renew.ts';

describe('RenewRequest', () => {
  it('takes no configuration version that text in a database can not hold', () => {
    expect(RenewRequest.safeParse({ configurationVersion: 'a\0' }).error?.issues).toMatchObject([
      { path: ['configurationVersion'], message: 'must not contain control characters' },
    ]);
  });

  it('takes a configuration version of 512 characters, and no longer one', () => {
    expect(RenewRequest.safeParse({ configurationVersion: 'x'.repeat(512) }).success).toBe(true);
    expect(RenewRequest.safeParse({ configurationVersion: 'x'.repeat(513) }).success).toBe(false);
  });
});

describe('RenewManyRequest', () => {
  it('takes 1 to 1,000 instances', () => {
    const withInstances = (count: number) =>
      RenewManyRequest.safeParse({ instances: Array(count).fill({ service: 'orders', id: 'orders-1' }) }).success;

    expect([0, 1, 1_000, 1_001].map(withInstances)).toEqual([false, true, true, false]);
  });
});
