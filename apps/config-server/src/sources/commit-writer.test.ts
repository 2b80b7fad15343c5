import { execFile } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { env } from 'node:process';
import { promisify } from 'node:util';
import { describe, expect, it, vi } from 'vitest';

import { FakeClock, temporaryDirectory } from '@signalbox/testkit';

import { CommitWriter } from './commit-writer.ts';
import { fastImportStream, toWritten } from './fast-import-stream.ts';

const TIMEOUT_MS = 30_000;
const AUTHOR = { name: 'Ada', email: 'ada@example.com' };

async function createRepository(directory: string) {
  const git = async (...commandLine: string[]) => {
    const { stdout } = await promisify(execFile)('git', commandLine, { cwd: directory });
    return stdout.trim();
  };
  await git('init', '-q', '--bare', '--initial-branch=main');
  const clock = new FakeClock();
  const environment: Record<string, string> = { PATH: env['PATH'] ?? '', GIT_DIR: directory };
  const writer = new CommitWriter({ directory, environment, clock, writeTimeoutMs: TIMEOUT_MS });
  return { git, clock, environment, writer };
}

function settingA(value: number, base?: string): Buffer {
  const files = new Map([['orders/production.yaml', `a: ${value}\n`]]);
  return fastImportStream({
    ref: 'refs/heads/main',
    author: AUTHOR,
    message: 'Set a',
    atMs: 0,
    files,
    ...(base && { base }),
  });
}

describe('CommitWriter', () => {
  it('makes one commit after the other, with a process started ahead and without', async () => {
    await using directory = await temporaryDirectory();
    const { git, clock, writer } = await createRepository(directory.path);

    const paths = ['orders/production.yaml'];
    const first = toWritten(await writer.write(settingA(1)), paths);
    const second = toWritten(await writer.write(settingA(2, first.commit)), paths);
    await clock.advance(1_000);
    const third = toWritten(await writer.write(settingA(3, second.commit)), paths);
    writer.close();

    await expect(git('rev-parse', 'main')).resolves.toBe(third.commit);
    await expect(git('rev-list', '--count', 'main')).resolves.toBe('3');
    await expect(git('cat-file', 'blob', third.blobs.get('orders/production.yaml') ?? '')).resolves.toBe('a: 3');
  });

  it('makes no commit of a stream that is cut short', async () => {
    await using directory = await temporaryDirectory();
    const { git, writer } = await createRepository(directory.path);
    const whole = settingA(1);

    await expect(writer.write(whole.subarray(0, whole.length - 'done\n'.length))).rejects.toThrow('stream ends early');

    await expect(git('for-each-ref')).resolves.toBe('');
    writer.close();
  });

  it('leaves nothing behind of a process that was started ahead for nothing', async () => {
    await using directory = await temporaryDirectory();
    const { git, clock, writer } = await createRepository(directory.path);
    await writer.write(settingA(1));
    await clock.advance(1_000);

    const packs = join(directory.path, 'objects', 'pack');
    await vi.waitFor(async () => {
      expect(await readdir(packs)).toEqual([expect.stringMatching(/^tmp_pack_/)]); // fast-import opens its draft when it starts
    });

    writer.close();

    await expect(writer.write(settingA(2))).rejects.toThrow('closed');
    await vi.waitFor(async () => {
      expect(await readdir(packs)).toEqual([]);
    });
    await expect(git('fsck', '--strict')).resolves.toBe('');
  });

  it('says so when no process can be started, ahead or for a commit, and goes on', async () => {
    await using directory = await temporaryDirectory();
    const { clock, environment, writer } = await createRepository(directory.path);
    await writer.write(settingA(1));
    environment['TOO_LONG'] = 'x'.repeat(4_000_000); // more than a system passes on: spawn throws
    await clock.advance(1_000);

    await expect(writer.write(settingA(2))).rejects.toThrow(/^git fast-import failed: spawn E2BIG/);

    delete environment['TOO_LONG'];
    await expect(writer.write(settingA(2))).rejects.toThrow('Not updating'); // tried, and without a base refused
    writer.close();
  });
});
