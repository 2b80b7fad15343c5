import { beforeAll, describe, expect, it } from 'vitest';

import { signingKey } from '../../test/tokens.ts';
import { KeySet } from './key-set.ts';
import { TokenMemory } from './token-memory.ts';

const FIELDS = ['x-user', 'ann'];
let keys: KeySet;
let others: KeySet;

beforeAll(async () => {
  keys = await KeySet.parse(JSON.stringify({ keys: [(await signingKey('ES256', 'a')).publicJwk] }));
  others = await KeySet.parse(JSON.stringify({ keys: [(await signingKey('ES256', 'b')).publicJwk] }));
});

function memoryOf(maxTokens: number): TokenMemory {
  const memory = new TokenMemory({ maxTokens });
  memory.find('any', { keys, nowMs: 0 });
  return memory;
}

describe('the memory of tokens', () => {
  it('knows a token until it expires', () => {
    const memory = memoryOf(2);
    memory.remember('a', { fields: FIELDS, expiresAtMs: 1_000 }, keys);

    expect(memory.find('a', { keys, nowMs: 999 })).toBe(FIELDS);
    expect(memory.find('a', { keys, nowMs: 1_000 })).toBeUndefined();
    expect(memory.size).toBe(0);
  });

  it('forgets all when the keys are others', () => {
    const memory = memoryOf(2);
    memory.remember('a', { fields: FIELDS, expiresAtMs: 1_000 }, keys);

    expect(memory.find('a', { keys: others, nowMs: 0 })).toBeUndefined();
    expect(memory.size).toBe(0);
  });

  it('does not take what former keys verified', () => {
    const memory = memoryOf(2);
    memory.find('a', { keys: others, nowMs: 0 });
    memory.remember('a', { fields: FIELDS, expiresAtMs: 1_000 }, keys);

    expect(memory.size).toBe(0);
  });

  it('makes room by the token that was longest not presented', () => {
    const memory = memoryOf(2);
    memory.remember('a', { fields: FIELDS, expiresAtMs: 1_000 }, keys);
    memory.remember('b', { fields: FIELDS, expiresAtMs: 1_000 }, keys);
    memory.find('a', { keys, nowMs: 0 });
    memory.remember('c', { fields: FIELDS, expiresAtMs: 1_000 }, keys);

    expect(['a', 'b', 'c'].map((token) => memory.find(token, { keys, nowMs: 0 }) === FIELDS)).toEqual([
      true,
      false,
      true,
    ]);
  });

  it.each([0, 1.5, NaN])('refuses a bound of %s', (maxTokens) => {
    expect(() => new TokenMemory({ maxTokens })).toThrow(RangeError);
  });
});
