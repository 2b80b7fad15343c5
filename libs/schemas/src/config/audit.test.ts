import { describe, expect, it } from 'vitest';

import { ConfigAuditQuery } from './audit.ts';

describe('ConfigAuditQuery', () => {
  it('takes no actor that text in a database can not hold', () => {
    expect(ConfigAuditQuery.safeParse({ actor: 'a\0' }).error?.issues).toMatchObject([
      { path: ['actor'], message: 'must not contain control characters' },
    ]);
  });
});
