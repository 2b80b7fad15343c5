import { expect, it } from 'vitest';

import { restate } from './stated-version.ts';

const CURRENT = `const VERSION = '0.1.0'`;

it('a version is restated where it stands', () => {
  expect(restate(`// first\n${CURRENT};\n`, CURRENT, `const VERSION = '0.2.0'`)).toBe(
    `// first\nconst VERSION = '0.2.0';\n`,
  );
});

it.each(['', `${CURRENT}; ${CURRENT};`])('a version that does not stand in one place is refused: %j', (text) => {
  expect(() => restate(text, CURRENT, CURRENT)).toThrow(`expected one ${CURRENT}`);
});
