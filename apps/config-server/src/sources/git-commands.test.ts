import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { env } from 'node:process';
import { describe, expect, it } from 'vitest';

import { temporaryDirectory } from '@signalbox/testkit';

import { GitCommands } from './git-commands.ts';

/** A Git of which every command fails with these words. */
async function failingGit(directory: string, words: string): Promise<GitCommands> {
  await writeFile(join(directory, 'git'), `#!/bin/sh\ncat >&2 <<'END'\n${words}\nEND\nexit 128\n`);
  await chmod(join(directory, 'git'), 0o755);
  const environment = { PATH: `${directory}:${env['PATH'] ?? ''}` };
  return new GitCommands({ directory, environment, silenceTimeoutMs: 10_000 });
}

describe('a command of Git that fails', () => {
  it.each([
    ["fatal: sha1 file 'tmp_pack_1' write error. Out of diskspace", 'config/storage-full'],
    ['error: unable to write file x: No space left on device', 'config/storage-full'],
    ['fatal: write error: Disk quota exceeded', 'config/storage-full'],
    ['fatal: write error: File too large', 'config/storage-full'],
    ['remote: fatal: write error: No space left on device\nerror: remote unpack failed', 'config/git-failed'],
    ['fatal: not a valid object name', 'config/git-failed'],
  ])('for "%s" is a %s', async (words, code) => {
    await using directory = await temporaryDirectory();
    const git = await failingGit(directory.path, words);

    await expect(git.run(['fast-import'])).rejects.toMatchObject({ code, command: 'fast-import' });
  });
});
