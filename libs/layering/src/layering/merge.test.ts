import { describe, expect, it } from 'vitest';

import { seededRandom } from '@signalbox/testkit';

import type { ConfigMap, ConfigValue } from '../documents/config-value.ts';

import { below, type Random } from '../../test/random-map.ts';
import { merge } from './merge.ts';

describe('a merge', () => {
  it.each([
    ['maps key by key', { a: { b: 1, c: 2 } }, { a: { c: 3, d: 4 } }, { a: { b: 1, c: 3, d: 4 } }],
    ['lists as a whole', { a: [1, 2] }, { a: [3] }, { a: [3] }],
    ['null over anything', { a: { b: 1 } }, { a: null }, { a: null }],
    ['a scalar over a map', { a: { b: 1 } }, { a: false }, { a: false }],
    ['a map over a scalar', { a: 1 }, { a: { b: 1 } }, { a: { b: 1 } }],
    ['an empty map over a map', { a: { b: 1 } }, { a: {} }, { a: { b: 1 } }],
  ])('takes %s', (...[, lower, higher, expected]) => {
    expect(merge(lower, higher)).toEqual(expected);
  });

  it('changes neither of the two', () => {
    const lower = Object.freeze({ a: Object.freeze({ b: 1 }) });
    const higher = Object.freeze({ a: Object.freeze({ c: 2 }) });

    expect(merge(lower, higher)).toEqual({ a: { b: 1, c: 2 } });
  });

  it('reaches no prototype', () => {
    const hostile: ConfigMap = { constructor: { prototype: { polluted: true } }, toString: { polluted: true } };

    expect(merge({}, hostile).constructor).toEqual({ prototype: { polluted: true } });
    expect('polluted' in {}).toBe(false);
  });

  // Where a key is a map in one layer and a scalar in another, it can't be: what is replaced is gone.
  it('is associative where a key is a map in all layers or in none', () => {
    const random = seededRandom(5);
    for (let round = 0; round < 500; round++) {
      const [a, b, c] = [layer(random, 3), layer(random, 3), layer(random, 3)];

      expect(merge(merge(a, b), c)).toEqual(merge(a, merge(b, c)));
    }
  });

  it('leaves out nothing and adds nothing when one side is empty', () => {
    const random = seededRandom(6);
    for (let round = 0; round < 100; round++) {
      const some = layer(random, 3);

      expect(merge(some, {})).toEqual(some);
      expect(merge({}, some)).toEqual(some);
    }
  });
});

/** The name of a key says what kind its value is. */
function layer(random: Random, depth: number): ConfigMap {
  const keys = ['scalar1', 'scalar2', 'list', ...(depth > 0 ? ['map1', 'map2'] : [])].filter(() => random() < 0.6);
  return Object.fromEntries(keys.map((key) => [key, valueOf(key, random, depth)]));
}

function valueOf(key: string, random: Random, depth: number): ConfigValue {
  if (key.startsWith('map')) {
    return layer(random, depth - 1);
  }
  return key === 'list' ? [below(random, 9)] : below(random, 9);
}
