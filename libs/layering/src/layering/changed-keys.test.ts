import { describe, expect, it } from 'vitest';

import type { ConfigMap } from '../documents/config-value.ts';

import { changedKeys } from './diff.ts';

describe('changedKeys', () => {
  it.each<{ what: string; from: ConfigMap; to: ConfigMap; keys: string[] }>([
    { what: 'nothing', from: { a: 1, b: { c: [1, 2] } }, to: { b: { c: [1, 2] }, a: 1 }, keys: [] },
    { what: 'a value', from: { db: { size: 5, host: 'a' } }, to: { db: { size: 6, host: 'a' } }, keys: ['db.size'] },
    { what: 'another type', from: { port: 80 }, to: { port: '80' }, keys: ['port'] },
    { what: 'an added and a removed key', from: { a: 1 }, to: { b: 1 }, keys: ['a', 'b'] },
    { what: 'a key that becomes null', from: { a: 1 }, to: { a: null }, keys: ['a'] },
    { what: 'an array, as one value', from: { a: [{ b: 1 }, 2] }, to: { a: [{ b: 1 }, 3] }, keys: ['a'] },
    { what: 'the order in an array', from: { a: [1, 2] }, to: { a: [2, 1] }, keys: ['a'] },
    { what: 'every key of a removed map', from: { a: { b: 1, c: { d: 2 } } }, to: {}, keys: ['a.b', 'a.c.d'] },
    { what: 'a value that becomes a map', from: { a: 1 }, to: { a: { b: 1 } }, keys: ['a', 'a.b'] },
    { what: 'an empty map that goes', from: { a: {} }, to: {}, keys: ['a'] },
    { what: 'odd segments', from: {}, to: { 'a.b': { '': 1, c: 2 } }, keys: ['["a.b"].c', '["a.b"][""]'] },
  ])('names $what', ({ from, to, keys }) => {
    expect(changedKeys(from, to)).toEqual(keys);
  });

  it('takes a key named __proto__ for what it is', () => {
    const current = JSON.parse('{"__proto__":{"polluted":true}}') as Record<string, never>; // JSON.parse is typed any

    expect(changedKeys({}, current)).toEqual(['__proto__.polluted']);
  });
});
