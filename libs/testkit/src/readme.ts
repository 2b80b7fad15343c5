import { describe, expect, it } from 'vitest';

import { ReadmeSnippet } from './readme-snippet.ts';

/** A program is a process of its own, and a busy machine takes seconds to start one. */
const PROCESS_MS = 20_000;

/**
 * A suite that runs each program in a README, with `environment` besides its own, to be called by a test file. Throws a
 * RangeError where the README has none.
 */
export function describeReadme(readme: URL, environment: Readonly<Record<string, string>> = {}): void {
  describe('the README', () => {
    it.each(ReadmeSnippet.readAll(readme))(
      'has a program at line $line that prints what it says',
      async (snippet) => {
        expect(await snippet.run(environment)).toBe(snippet.prints);
      },
      PROCESS_MS,
    );
  });
}
