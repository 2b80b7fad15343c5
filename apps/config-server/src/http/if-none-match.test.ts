import { describe, expect, it } from 'vitest';

import { isNamedBy } from './if-none-match.ts';

describe('isNamedBy', () => {
  it.each([
    [undefined, false],
    ['', false],
    ['"a"', true],
    ['W/"a"', true],
    ['"b", "a"', true],
    ['"b" , W/"a"', true],
    ['*', true],
    ['a', false],
    ['"a-yaml"', false],
    ['"b"', false],
  ])('of %s is %s for "a"', (header, isNamed) => {
    expect(isNamedBy(header, '"a"')).toBe(isNamed);
  });
});
