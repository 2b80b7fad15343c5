import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';

import { containerOwner, imageNames, OWNER_LABEL } from '@signalbox/testkit';

import { Engine } from '../src/engine.ts';

const execute = promisify(execFile);
const TOOL = join(import.meta.dirname, '..');

async function docker(...args: string[]): Promise<string> {
  const { stdout } = await execute('docker', args);
  return stdout.trim();
}

describe('Engine', () => {
  it('removes the containers, running or not, and networks of one owner, and no other', async () => {
    const engine = new Engine();
    const [ours, theirs] = [`${containerOwner()}0`, `${containerOwner()}1`];
    for (const owner of [ours, theirs]) {
      await docker('create', '--label', `${OWNER_LABEL}=${owner}`, imageNames.redis);
    }
    await docker('network', 'create', '--label', `${OWNER_LABEL}=${ours}`, `network-of-${process.pid}`);
    await docker('run', '--detach', '--label', `${OWNER_LABEL}=${ours}`, imageNames.redis);

    await engine.removeAllOf(ours);

    const owners = await engine.owners();
    await engine.removeAllOf(theirs);
    expect(owners).not.toContain(ours);
    expect(owners).toContain(theirs);
  });
});

describe('the run of container suites', () => {
  it('leaves no container behind when it is ended in the middle', async () => {
    const args = ['--conditions=@signalbox/source', join(TOOL, 'src/main.ts'), 'libs/testkit/test/postgres'];
    const run = spawn(process.execPath, args, { cwd: join(TOOL, '../..'), stdio: 'ignore' });
    const label = `label=${OWNER_LABEL}=${hostname()}:${run.pid ?? ''}`;
    const events = spawn('docker', ['events', '--since', '0', '--filter', 'event=start', '--filter', label]);
    await once(events.stdout, 'data');
    events.kill();
    const exited = once(run, 'exit');

    run.kill('SIGTERM');

    expect(await exited).not.toEqual([0, null]);
    expect(await docker('ps', '--all', '--quiet', '--filter', label)).toBe('');
  });
});

describe('the scripts', () => {
  it('change nothing where all is there, also when they run at once', async () => {
    const ofTests = Object.values(imageNames).flatMap((name) => ['--filter', `reference=${name}`]);
    const state = () => docker('images', '--no-trunc', '--format', '{{.Repository}}:{{.Tag}} {{.ID}}', ...ofTests);
    const before = await state();

    await Promise.all(
      ['ensure-engine.sh', 'build-local-images.sh', 'build-local-images.sh'].map((script) =>
        execute(join(TOOL, script)),
      ),
    );

    expect(await state()).toBe(before);
  });
});
