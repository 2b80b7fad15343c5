import { describe, expect, it } from 'vitest';

import { ReadmeSnippet } from '@signalbox/testkit';

/** A program is a process of its own, and a busy machine takes seconds to start one. */
const PROCESS_MS = 20_000;

describe('the README', () => {
  it.each(ReadmeSnippet.readAll(new URL('../README.md', import.meta.url)))(
    'has a program at line $line that prints what it says',
    async (snippet) => {
      expect(await snippet.run()).toBe(snippet.prints);
    },
    PROCESS_MS,
  );
});
