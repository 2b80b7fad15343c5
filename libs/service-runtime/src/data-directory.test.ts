import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

import { temporaryDirectory } from '@signalbox/testkit';

import { lockDataDirectory } from './data-directory.ts';
import { DataDirectoryInUseError } from './errors.ts';

const LOCKER = `
  import { lockDataDirectory } from '${new URL('data-directory.ts', import.meta.url).href}';
  const [directory, pid = String(process.pid), host] = process.argv.slice(1);
  globalThis.lock = lockDataDirectory(directory, Number(pid), host);
  process.send('locked');
  setInterval(() => {}, 1_000_000);
`;

async function lockInAnotherProcess(directory: string, ...named: string[]) {
  const child = spawn(process.execPath, ['--input-type=module', '-e', LOCKER, directory, ...named], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  await once(child, 'message');
  return child;
}

describe('lockDataDirectory', () => {
  it('makes the directory and takes it', async () => {
    await using parent = await temporaryDirectory();
    const directory = join(parent.path, 'deep', 'data');

    expect(() => {
      lockDataDirectory(directory, 1)[Symbol.dispose]();
    }).not.toThrow();
  });

  it('names the process that holds the directory', async () => {
    await using directory = await temporaryDirectory();
    const child = await lockInAnotherProcess(directory.path);

    expect(() => lockDataDirectory(directory.path, process.pid)).toThrow(
      new DataDirectoryInUseError(directory.path, String(child.pid)),
    );
    child.kill('SIGKILL');
    await once(child, 'exit');
  });

  it('is not shared by two containers on one volume, each of which takes itself for process 1', async () => {
    await using directory = await temporaryDirectory();
    const child = await lockInAnotherProcess(directory.path, '1', 'first-container');

    expect(() => lockDataDirectory(directory.path, 1, 'second-container')).toThrow(
      `the data directory ${directory.path} is in use by process 1 on first-container`,
    );
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(() => {
      lockDataDirectory(directory.path, 1, 'second-container')[Symbol.dispose]();
    }).not.toThrow();
  });

  it('is free again once its owner was killed', async () => {
    await using directory = await temporaryDirectory();
    const child = await lockInAnotherProcess(directory.path);

    child.kill('SIGKILL');
    await once(child, 'exit');

    using lock = lockDataDirectory(directory.path, process.pid);
    expect(lock).toBeDefined();
  });

  it.runIf(existsSync('/proc'))('says so where a file system takes no directories', () => {
    expect(() => lockDataDirectory('/proc/signalbox/data', 1)).toThrow(
      /^the data directory .* can not be used: ENOENT/,
    );
  });

  it('says why a directory can not be used', async () => {
    await using parent = await temporaryDirectory();
    const file = join(parent.path, 'file');
    await writeFile(file, '');

    expect(() => lockDataDirectory(join(file, 'data'), 1)).toThrow(/^the data directory .* can not be used: ENOTDIR/);
  });
});
