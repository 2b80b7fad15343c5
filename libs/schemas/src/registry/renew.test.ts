import { describe, expect, it } from 'vitest';

import { RenewRequest } from './renew.ts';

describe('RenewRequest', () => {
  it('takes no configuration version that text in a database can not hold', () => {
    expect(RenewRequest.safeParse({ configurationVersion: 'a\0' }).error?.issues).toMatchObject([
      { path: ['configurationVersion'], message: 'must not contain control characters' },
    ]);
  });
});
