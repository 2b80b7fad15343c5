import { expect, it } from 'vitest';

import { ReadmeSnippet } from '../src/index.ts';

/** A program is a process of its own, and a busy machine takes seconds to start one. */
const PROCESS_MS = 20_000;

/** Those with containers are for test/readme.containers.test.ts. */
const snippets = ReadmeSnippet.readAll(new URL('../README.md', import.meta.url)).filter(
  ({ source }) => !source.includes('/containers'),
);

it.each(snippets)(
  'the README has a program at line $line that prints what it says',
  async (snippet) => {
    expect(await snippet.run()).toBe(snippet.prints);
  },
  PROCESS_MS,
);
