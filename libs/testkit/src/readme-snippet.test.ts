import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it, vi } from 'vitest';

import { ReadmeSnippet } from './readme-snippet.ts';
import { temporaryDirectory } from './temporary-directory.ts';

async function snippetsOf(readme: string) {
  await using directory = await temporaryDirectory();
  const path = join(directory.path, 'README.md');
  await writeFile(path, readme);
  const snippets = ReadmeSnippet.readAll(pathToFileURL(path));
  const outcomes = await Promise.allSettled(snippets.map((snippet) => snippet.run()));
  return { snippets, outcomes };
}

describe('ReadmeSnippet', () => {
  it('runs each block of TypeScript, and knows what it says that it prints', async () => {
    const { snippets, outcomes } = await snippetsOf(
      '# A\n\n```sh\nfalse\n```\n\n```ts\nconst n: number = 6;\nconsole.log(n * 7); // prints 42\n```\n\n```ts\nawait 1;\n```\n',
    );

    expect(snippets.map(({ line, prints }) => ({ line, prints }))).toEqual([
      { line: 8, prints: '42\n' },
      { line: 13, prints: '' },
    ]);
    expect(outcomes).toEqual([
      { status: 'fulfilled', value: '42\n' },
      { status: 'fulfilled', value: '' },
    ]);
  });

  it('prints without colours, also where those who run the tests ask for them', async () => {
    vi.stubEnv('FORCE_COLOR', '1');
    try {
      const { outcomes } = await snippetsOf('```ts\nconsole.log(42);\n```\n');

      expect(outcomes).toEqual([{ status: 'fulfilled', value: '42\n' }]);
    } finally {
      vi.unstubAllEnvs();
    }
  });

  it('rejects with what went wrong', async () => {
    const { outcomes } = await snippetsOf('```ts\nthrow new Error("out of date");\n```\n');

    expect(outcomes).toMatchObject([
      {
        status: 'rejected',
        reason: { message: expect.stringMatching(/line 2 ended with 1: .*out of date/s) as string },
      },
    ]);
  });

  it('refuses a README without any', async () => {
    await expect(snippetsOf('# Nothing to run\n')).rejects.toThrow('has no block marked ts');
  });
});
