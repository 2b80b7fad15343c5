import { execFile } from 'node:child_process';
import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

import { temporaryDirectory } from '@signalbox/testkit';

const MAIN = join(import.meta.dirname, '../src/main.ts');

/** Runs the suites where `docker` is a shell script, or missing; resolves with what came of it. */
async function runSuites(docker: string | undefined, environment: Readonly<Record<string, string>> = {}) {
  await using directory = await temporaryDirectory();
  if (docker !== undefined) {
    await writeFile(join(directory.path, 'docker'), `#!/bin/sh\n${docker}\n`);
    await chmod(join(directory.path, 'docker'), 0o755);
  }
  const options = { env: { PATH: directory.path, ...environment } };
  return await new Promise<{ code: number; stdout: string; stderr: string }>((resolve) => {
    const args = ['--conditions=@signalbox/source', MAIN, 'libs/testkit'];
    const child = execFile(process.execPath, args, options, (_error, stdout, stderr) => {
      resolve({ code: child.exitCode ?? -1, stdout, stderr });
    });
  });
}

const LINE = /^Skipped, since (.+): (libs\/testkit\/test\/\S+\.containers\.test\.ts(, )?)+\. To run them: .+\n$/;

describe('the run of container suites', { timeout: 30_000 }, () => {
  it('says in one line which suites it skips where there is no Docker', async () => {
    const { code, stdout } = await runSuites(undefined);

    expect(LINE.exec(stdout)?.[1]).toBe('Docker is not installed');
    expect(code).toBe(0);
  });

  it('says so where no engine answers', async () => {
    const { code, stdout } = await runSuites('exit 1');

    expect(LINE.exec(stdout)?.[1]).toBe('no Docker engine answers');
    expect(code).toBe(0);
  });

  it('says so where an image can not be had', async () => {
    const { code, stdout } = await runSuites('[ "$1" = version ]');

    expect(LINE.exec(stdout)?.[1]).toBe("node:26-bookworm-slim is not on this machine and can't be pulled");
    expect(code).toBe(0);
  });

  it('fails with the same line where containers are required', async () => {
    const { code, stdout, stderr } = await runSuites('exit 1', { SIGNALBOX_REQUIRE_CONTAINERS: '1' });

    expect(LINE.exec(stderr)?.[1]).toBe('no Docker engine answers');
    expect(stdout).toBe('');
    expect(code).toBe(1);
  });
});
