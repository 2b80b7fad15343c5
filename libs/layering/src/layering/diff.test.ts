import { expect, it } from 'vitest';

import { changedKeys, diff } from './diff.ts';

it('tells the leaves that differ, sorted', () => {
  const previous = { same: 1, list: [1], gone: { a: 1, b: {} }, kind: { a: 1 }, map: { x: 1, y: 2 } };
  const current = { same: 1, list: [1, 2], kind: 'a', map: { y: 2, x: 3 }, new: { 'a.b': null } };

  expect(diff(previous, current)).toEqual([
    { key: 'gone.a', before: 1 },
    { key: 'gone.b', before: {} },
    { key: 'kind', after: 'a' },
    { key: 'kind.a', before: 1 },
    { key: 'list', before: [1], after: [1, 2] },
    { key: 'map.x', before: 1, after: 3 },
    { key: 'new["a.b"]', after: null },
  ]);
  expect(changedKeys(previous, current)).toEqual(diff(previous, current).map(({ key }) => key));
});

it('tells nothing of the order of keys', () => {
  expect(diff({ a: [{ b: 1, c: 2 }], d: 1 }, { d: 1, a: [{ c: 2, b: 1 }] })).toEqual([]);
});
