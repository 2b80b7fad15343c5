import { expect, it } from 'vitest';

import { restate } from './stated-version.ts';

const current = `const VERSION = '0.1.0'`;
const next = `const VERSION = '0.2.0'`;

it('a version is restated where it stands', () => {
  expect(restate(`// first\n${current};\n`, { current, next })).toBe(`// first\n${next};\n`);
});

it('a version is restated in all its places, where it is known to have several', () => {
  expect(restate(`${current}; ${current};`, { current, next, places: 2 })).toBe(`${next}; ${next};`);
});

it.each(['', `${current}; ${current};`])('a version that does not stand in one place is refused: %j', (text) => {
  expect(() => restate(text, { current, next })).toThrow(`expected 1 of ${current}`);
});
