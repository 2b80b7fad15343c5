import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';

import { temporaryDirectory } from '@signalbox/testkit';

import { ComposeProject, DOCKER_DIRECTORY } from './compose-project.ts';

/** The directory of programs of shell script, the only ones that are found during a test. */
async function machineWith(programs: Readonly<Record<string, string>>) {
  const directory = await temporaryDirectory();
  for (const [name, script] of Object.entries(programs)) {
    const path = join(directory.path, name);
    await writeFile(path, `#!/bin/sh\n${script}\n`);
    await chmod(path, 0o755);
  }
  vi.stubEnv('PATH', directory.path);
  onTestFinished(async () => {
    vi.unstubAllEnvs();
    await directory[Symbol.asyncDispose]();
  });
  return directory.path;
}

const ECHO = 'echo "$0 $* on $GATEWAY_PORT"';
const NO_PLUGIN = '[ "$1" != compose ] || exit 1';

describe('ComposeProject', () => {
  it('prefers the plugin of docker', async () => {
    const machine = await machineWith({ docker: ECHO, 'docker-compose': ECHO });
    const project = await ComposeProject.open({ name: 'shop', environment: { GATEWAY_PORT: '9000' } });

    const files = `--project-directory ${DOCKER_DIRECTORY} --file ${DOCKER_DIRECTORY}/compose.yaml`;
    await expect(project.compose(['ps'])).resolves.toBe(
      `${machine}/docker compose --project-name shop ${files} ps on 9000\n`,
    );
  });

  it('does with docker-compose, and lays files over each other in their order', async () => {
    const machine = await machineWith({ docker: NO_PLUGIN, 'docker-compose': ECHO });
    const project = await ComposeProject.open({ name: 'shop', files: ['compose.yaml', 'compose.prod.yaml'] });

    const files = `--file ${DOCKER_DIRECTORY}/compose.yaml --file ${DOCKER_DIRECTORY}/compose.prod.yaml`;
    await expect(project.compose(['ps'])).resolves.toContain(
      `${machine}/docker-compose --project-name shop --project-directory ${DOCKER_DIRECTORY} ${files} ps`,
    );
  });

  it('tells how a person runs the same', async () => {
    await machineWith({ docker: NO_PLUGIN, 'docker-compose': ECHO });
    const project = await ComposeProject.open({ name: 'shop', environment: { GATEWAY_PORT: '9000' } });

    expect(project.commandLine).toBe('GATEWAY_PORT=9000 docker-compose --project-name shop --file docker/compose.yaml');
  });

  it('says what to do where there is neither', async () => {
    await machineWith({ docker: NO_PLUGIN });

    await expect(ComposeProject.open({ name: 'shop' })).rejects.toThrow(/ensure-compose\.sh$/);
  });

  it('tells containers by service, what they do and how they are', async () => {
    const lines = [
      'b\\tshop_web_2\\tweb\\trunning\\tUp 3 seconds (health: starting)',
      'a\\tshop_web_1\\tweb\\trunning\\tUp 1 minute (healthy)',
      'c\\tshop_web_3\\tweb\\texited\\tExited (1) 2 seconds ago',
      'd\\tshop_web_4\\tweb\\trunning\\tUp 2 seconds',
    ];
    await machineWith({ docker: `[ "$1" = compose ] || printf '${lines.join('\\n')}\\n'` });
    const project = await ComposeProject.open({ name: 'shop' });

    const containers = await project.containers('web');

    expect(containers.map(({ id, state, health }) => `${id} ${state} ${health}`)).toEqual([
      'a running healthy',
      'b running starting',
      'c exited none',
      'd running none',
    ]);
  });
});
