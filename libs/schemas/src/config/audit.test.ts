import { describe, expect, it } from 'vitest';

import { ConfigAuditQuery } from './audit.ts';

describe('ConfigAuditQuery', () => {
  it('takes no actor that text in a database can not hold', () => {
    expect(ConfigAuditQuery.safeParse({ actor: 'a\0' }).error?.issues).toMatchObject([
      { path: ['actor'], message: 'must not contain control characters' },
    ]);
  });

  it('asks for 50 entries unless told otherwise', () => {
    expect(ConfigAuditQuery.parse({})).toEqual({ limit: 50 });
  });

  it.each([
    ['1 entry', { limit: '1' }, { limit: '0' }],
    ['100 entries', { limit: '100' }, { limit: '101' }],
    ['whole entries', { limit: '7' }, { limit: '7.5' }],
    ['an actor of 200 characters', { actor: 'x'.repeat(200) }, { actor: 'x'.repeat(201) }],
  ])('goes as far as %s', (_bound, within, beyond) => {
    expect(ConfigAuditQuery.safeParse(within).success).toBe(true);
    expect(ConfigAuditQuery.safeParse(beyond).error?.issues.map(({ path }) => path)).toEqual([Object.keys(beyond)]);
  });

  it('names a filter that it does not know', () => {
    expect(ConfigAuditQuery.safeParse({ user: 'ann' }).error?.issues).toMatchObject([
      { message: 'Unrecognized key: "user"' },
    ]);
  });
});
