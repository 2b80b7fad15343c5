import { describe, expect, it } from 'vitest';

import { InvalidKeyPathError } from '../errors.ts';
import { formatKeyPath, parseKeyPath } from './key-path.ts';

describe('a key path', () => {
  it.each([
    ['db.poolSize', ['db', 'poolSize']],
    ['["a.b"].c', ['a.b', 'c']],
    ['a["b.c"]["d"].e', ['a', 'b.c', 'd', 'e']],
    ['[""]', ['']],
    ['["say \\"x\\""]', ['say "x"']],
    ['a b.c-d', ['a b', 'c-d']],
  ])('is read from text: %s', (text, keyPath) => {
    expect(parseKeyPath(text)).toEqual(keyPath);
  });

  it.each([[['a', 'b']], [['']], [['a.b', '', 'c']], [['x[0]', 'y"z', '\\', ']', '\n']], [['0', '1.5']]])(
    'is the same after it was text: %j',
    (keyPath) => {
      expect(parseKeyPath(formatKeyPath(keyPath))).toEqual(keyPath);
    },
  );

  it.each([
    '',
    '.',
    'a.',
    '.a',
    'a..b',
    'a[',
    'a["b',
    'a["b"]c',
    'a[0]',
    'a.["b"]',
    '__proto__',
    'a["__proto__"]',
    'a["\\q"]',
  ])('is refused: %j', (text) => {
    expect(() => parseKeyPath(text)).toThrow(InvalidKeyPathError);
  });

  it('is refused beyond a depth that no configuration has', () => {
    expect(() => parseKeyPath('a.'.repeat(100_000))).toThrow('has more than 256 keys');
  });
});
