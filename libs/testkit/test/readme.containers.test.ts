import { expect, it } from 'vitest';

import { ReadmeSnippet } from '../src/index.ts';

const snippets = ReadmeSnippet.readAll(new URL('../README.md', import.meta.url)).filter(({ source }) =>
  source.includes('/containers'),
);

it.each(snippets)(
  'the README has a program with containers at line $line that prints what it says',
  async (snippet) => {
    expect(await snippet.run()).toBe(snippet.prints);
  },
);
