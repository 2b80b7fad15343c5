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

  it('asks for all instances, at once, unless told otherwise', () => {
    expect(InstanceListQuery.parse({})).toEqual({ healthy: false });
  });

  it.each([
    ['a wait of ten minutes', { wait: '10m' }, { wait: '600001ms' }],
    ['64 tags', { tag: Array(64).fill('a') }, { tag: Array(65).fill('a') }],
    ['a tag of 512 characters', { tag: 'x'.repeat(512) }, { tag: 'x'.repeat(513) }],
    ['a zone of 512 characters', { zone: 'x'.repeat(512) }, { zone: 'x'.repeat(513) }],
    ['a meta value of 512 characters', { 'meta.a': 'x'.repeat(512) }, { 'meta.a': 'x'.repeat(513) }],
    ['a revision of 0', { revision: '0' }, { revision: '-1' }],
    ['the last safe revision', { revision: '9007199254740991' }, { revision: '9007199254740992' }],
  ])('goes as far as %s', (_bound, within, beyond) => {
    expect(InstanceListQuery.safeParse(within).success).toBe(true);
    expect(InstanceListQuery.safeParse(beyond).success).toBe(false);
  });
});
