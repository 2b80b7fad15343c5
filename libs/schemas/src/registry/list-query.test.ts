import { describe, expect, it } from 'vitest';

import { InstanceListQuery } from './list-query.ts';

describe('InstanceListQuery', () => {
  it('takes one tag or several', () => {
    expect(InstanceListQuery.parse({ tag: 'a' }).tag).toEqual(['a']);
    expect(InstanceListQuery.parse({ tag: ['a', 'b'] }).tag).toEqual(['a', 'b']);
  });

  it('keeps filters on meta beside those with a name', () => {
    expect(InstanceListQuery.parse({ 'meta.rack': '7' })).toMatchObject({ 'meta.rack': '7', healthy: false });
  });

  it('names a filter that it does not know', () => {
    expect(InstanceListQuery.safeParse({ helthy: 'true' }).error?.issues).toMatchObject([
      { message: 'unknown filter "helthy"' },
    ]);
  });

  it('bounds how long a request may wait', () => {
    expect(InstanceListQuery.safeParse({ wait: '10m' }).success).toBe(true);
    expect(InstanceListQuery.safeParse({ wait: '11m' }).success).toBe(false);
  });
});
