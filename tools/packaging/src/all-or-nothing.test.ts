import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

import { temporaryDirectory } from '@signalbox/testkit';

import { allOrNothing, git } from './all-or-nothing.ts';

const AUTHOR = ['-c', 'user.name=Me', '-c', 'user.email=me@example.org'];

async function repository() {
  const { path, ...disposal } = await temporaryDirectory();
  const file = join(path, 'package.json');
  const commit = () => git(path, ...AUTHOR, 'commit', '--quiet', '--all', '--message', 'a commit');
  await git(path, 'init', '--quiet');
  await writeFile(file, 'before');
  await git(path, 'add', '.');
  await commit();
  return { ...disposal, path, file, commit, head: () => git(path, 'rev-parse', 'HEAD') };
}

describe('what fails halfway', () => {
  it.each([false, true])('leaves files and branch as they were, also after a commit: %s', async (hasCommitted) => {
    await using at = await repository();
    const head = await at.head();

    const failing = allOrNothing(at.path, async () => {
      await writeFile(at.file, 'after');
      await (hasCommitted ? at.commit() : undefined);
      throw new Error('no tag');
    });

    await expect(failing).rejects.toThrow('no tag');
    expect(await readFile(at.file, 'utf8')).toBe('before');
    expect(await at.head()).toBe(head);
  });

  it('is not begun where it would take changes with it that are not committed', async () => {
    await using at = await repository();
    await writeFile(at.file, 'changed');

    const failing = allOrNothing(at.path, () => writeFile(at.file, 'after'));

    await expect(failing).rejects.toThrow('the working tree has changes that are not committed');
    expect(await readFile(at.file, 'utf8')).toBe('changed');
  });
});

it('what succeeds stays', async () => {
  await using at = await repository();

  await allOrNothing(at.path, () => writeFile(at.file, 'after'));

  expect(await readFile(at.file, 'utf8')).toBe('after');
});
