import { execFile } from 'node:child_process';
import { globSync } from 'node:fs';
import { chmod, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';

import { imageNames, temporaryDirectory } from '@signalbox/testkit';

const execute = promisify(execFile);
const TOOL = join(import.meta.dirname, '..');
const OBSERVABILITY = join(TOOL, '../../docker/observability-images.json');

/** Runs a script where `docker` is a shell script that also notes down what it is asked. */
async function runWithDocker(script: string, docker: string, args: readonly string[] = []) {
  await using directory = await temporaryDirectory();
  const calls = join(directory.path, 'calls');
  await writeFile(join(directory.path, 'docker'), `#!/bin/sh\necho "$@" >> ${calls}\n${docker}\n`);
  await chmod(join(directory.path, 'docker'), 0o755);
  const env = { PATH: `${directory.path}:${process.env['PATH'] ?? ''}` };
  const { stdout } = await execute(join(TOOL, script), args, { env });
  return { stdout, calls: (await readFile(calls, 'utf8')).trimEnd().split('\n') };
}

describe('the scripts', () => {
  it.each(globSync('**/*.sh', { cwd: TOOL }))('%s is valid', async (script) => {
    await expect(execute('bash', ['-n', join(TOOL, script)])).resolves.toMatchObject({ stderr: '' });
  });
});

describe('build-local-images.sh', () => {
  it('asks for every image of the list and leaves alone those that are there', async () => {
    const { calls } = await runWithDocker('build-local-images.sh', 'exit 0');

    expect(calls).toEqual(['version', ...Object.values(imageNames).map((image) => `image inspect ${image}`)]);
  });

  it('pulls what is not there', async () => {
    const { calls } = await runWithDocker('build-local-images.sh', '[ "$1" != image ]');

    expect(calls).toEqual(expect.arrayContaining(Object.values(imageNames).map((image) => `pull --quiet ${image}`)));
    expect(calls.filter((call) => /^(build|import)/.test(call))).toEqual([]);
  });

  it('leaves out with a word what can neither be pulled nor built', async () => {
    const { stdout } = await runWithDocker('build-local-images.sh', `case "$*" in *ryuk*) exit 1 ;; esac`);

    expect(stdout).toBe(`build-local-images: left out, since it can't be pulled: ${imageNames.ryuk}\n`);
  });

  it('does so with another list where one is given', async () => {
    const { calls } = await runWithDocker('build-local-images.sh', 'exit 0', [OBSERVABILITY]);

    const names = Object.values(JSON.parse(await readFile(OBSERVABILITY, 'utf8')) as Record<string, string>);
    expect(calls).toEqual(['version', ...names.map((image) => `image inspect ${image}`)]);
  });

  it('says what to do where no engine answers', async () => {
    await expect(runWithDocker('build-local-images.sh', 'exit 1')).rejects.toMatchObject({
      code: 1,
      stderr: 'build-local-images: no Docker engine answers: run tools/containers/ensure-engine.sh\n',
    });
  });
});

describe('ensure-engine.sh', () => {
  it('does nothing where an engine answers', async () => {
    const { stdout, calls } = await runWithDocker('ensure-engine.sh', 'exit 0');

    expect(calls).toEqual(['version --format {{.Server.Version}}']);
    expect(stdout).toBe('');
  });

  it('installs nothing for an engine elsewhere that does not answer', async () => {
    const env = { PATH: process.env['PATH'], DOCKER_HOST: 'unix:///nowhere.sock' };

    await expect(execute(join(TOOL, 'ensure-engine.sh'), { env })).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining('DOCKER_HOST=unix:///nowhere.sock does not answer') as string,
    });
  });
});

describe('ensure-compose.sh', () => {
  it('does nothing where the plugin of docker answers', async () => {
    const { stdout, calls } = await runWithDocker('ensure-compose.sh', 'exit 0');

    expect(calls).toEqual(['compose version']);
    expect(stdout).toBe('');
  });

  it('does nothing where docker-compose answers', async () => {
    await using directory = await temporaryDirectory();
    for (const [name, code] of [
      ['docker', 1],
      ['docker-compose', 0],
    ] as const) {
      await writeFile(join(directory.path, name), `#!/bin/sh\nexit ${code}\n`);
      await chmod(join(directory.path, name), 0o755);
    }
    const env = { PATH: `${directory.path}:/usr/bin:/bin` };

    await expect(execute(join(TOOL, 'ensure-compose.sh'), { env })).resolves.toMatchObject({ stdout: '', stderr: '' });
  });

  it('says what is missing where it can install nothing', async () => {
    await using directory = await temporaryDirectory();
    await symlink('/bin/bash', join(directory.path, 'bash'));
    const env = { PATH: directory.path };

    await expect(execute('/bin/bash', [join(TOOL, 'ensure-compose.sh')], { env })).rejects.toMatchObject({
      code: 1,
      stderr:
        'ensure-compose: neither docker compose nor docker-compose answers, and it can be installed only as root on Debian or Ubuntu\n',
    });
  });
});
