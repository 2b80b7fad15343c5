import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { env } from 'node:process';
import { describe, expect, it } from 'vitest';

import { FakeClock, temporaryDirectory } from '@signalbox/testkit';

import { ObjectReader } from './object-reader.ts';

const FIRST = 'a'.repeat(40);
const SECOND = 'b'.repeat(40);

/** A reader whose `git` is the script: what real ones do only on a bad day. */
async function readerOf(
  directory: string,
  script: string,
  environment: Readonly<Record<string, string>> = { PATH: `${directory}:${env['PATH'] ?? ''}` },
) {
  const clock = new FakeClock();
  await writeFile(join(directory, 'git'), `#!/bin/sh\n${script}\n`);
  await chmod(join(directory, 'git'), 0o755);
  const reader = new ObjectReader({
    directory,
    environment,
    clock,
    maxObjectBytes: 1_024,
    answerTimeoutMs: 5_000,
  });
  return Object.assign(reader, {
    clock,
    [Symbol.dispose]: () => {
      reader.close();
    },
  });
}

describe('ObjectReader', () => {
  it('asks the next process what the one that died still owed', async () => {
    await using directory = await temporaryDirectory();
    using reader = await readerOf(directory.path, 'read id; echo "$id blob 40"; echo "$id"');

    const texts = await Promise.all([reader.read(FIRST), reader.read(SECOND)]);

    expect(texts.map(String)).toEqual([FIRST, SECOND]);
  });

  it('gives up on what two processes died of', async () => {
    await using directory = await temporaryDirectory();
    using reader = await readerOf(directory.path, 'read id; exit 1');

    await expect(reader.read(FIRST)).rejects.toMatchObject({ code: 'config/git-failed' });
  });

  it('says so when no process can be started, and tries again at the next question', async () => {
    await using directory = await temporaryDirectory();
    const environment: Record<string, string> = { TOO_LONG: 'x'.repeat(4_000_000) }; // more than a system passes on: spawn throws
    using reader = await readerOf(directory.path, 'read id; echo "$id blob 40"; echo "$id"', environment);

    await expect(reader.read(FIRST)).rejects.toThrow('git cat-file failed: spawn E2BIG');

    delete environment['TOO_LONG'];
    environment['PATH'] = `${directory.path}:${env['PATH'] ?? ''}`;
    expect(String(await reader.read(SECOND))).toBe(SECOND);
  });

  it('ends a process that does not answer', async () => {
    await using directory = await temporaryDirectory();
    using reader = await readerOf(directory.path, 'exec sleep 60');

    let outcome: unknown;
    const reading = reader.read(FIRST).catch((error: unknown) => {
      outcome = error;
    });
    while (outcome === undefined) {
      await reader.clock.advance(5_000);
    }

    await reading;
    expect(outcome).toMatchObject({ code: 'config/git-failed' });
  });

  it('refuses to read once it is closed, and what still waits', async () => {
    await using directory = await temporaryDirectory();
    using reader = await readerOf(directory.path, 'exec sleep 60');

    const waiting = expect(reader.read(FIRST)).rejects.toMatchObject({ code: 'config/git-failed' });
    reader.close();

    await waiting;
    await expect(reader.read(SECOND)).rejects.toThrow('the repository is closed');
  });
});
