import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { ComposeProject, DOCKER_DIRECTORY } from '../src/compose-project.ts';
import { run } from '../src/program.ts';
import { takeDown } from '../src/shop-stack.ts';

const NAME = `signalbox-data-${process.pid}`;
const START_LIMIT_MS = 120_000;

let project: ComposeProject;
let postgres: string;
let redis: string;

async function secret(name: string): Promise<string> {
  return (await readFile(join(DOCKER_DIRECTORY, 'secrets', name), 'utf8')).trimEnd();
}

async function containerOf(service: string): Promise<string> {
  const [container] = await project.containers(service);
  return container?.id ?? '';
}

/** Runs a shell script in a container; what it reads from standard input is in no list of processes. */
function inside(container: string, script: string, input?: string): Promise<string> {
  return run(['docker', 'exec', '--interactive', container, 'sh', '-c', script], input === undefined ? {} : { input });
}

beforeAll(async () => {
  await run([join(DOCKER_DIRECTORY, '../tools/containers/ensure-compose.sh')]);
  await run([process.execPath, join(DOCKER_DIRECTORY, 'bootstrap.mjs')]);
  project = await ComposeProject.open({ name: NAME });
  await project.compose(['up', '--detach', '--no-build', 'postgres', 'redis']);
  [postgres, redis] = [await containerOf('postgres'), await containerOf('redis')];
}, START_LIMIT_MS);

afterAll(async () => {
  await takeDown({ name: NAME });
}, START_LIMIT_MS);

describe('postgres and redis of the compose file', { timeout: START_LIMIT_MS }, () => {
  it('come up by themselves, alone', async () => {
    const healths = async () => (await project.containers()).map(({ service, health }) => `${service} ${health}`);

    await expect.poll(healths, { timeout: 60_000 }).toEqual(['postgres healthy', 'redis healthy']);
  });

  it.each([
    ['orders', 'shop-database-password'],
    ['signalbox', 'signalbox-database-password'],
  ])('have a database %s for its owner alone', async (name, password) => {
    const input = `${await secret(password)}\n`;
    const other = name === 'orders' ? 'signalbox' : 'orders';
    const ask = (database: string) =>
      `read -r PGPASSWORD; export PGPASSWORD; psql -h "$(hostname -i)" -U ${name} -d ${database} -Atc 'select current_user'`;

    await expect(inside(postgres, ask(name), input)).resolves.toBe(`${name}\n`);
    await expect(inside(postgres, ask(other), input)).rejects.toThrow('permission denied');
  });

  it('answer nobody without the password', async () => {
    await expect(inside(redis, 'redis-cli ping')).resolves.toMatch(/^NOAUTH/);
    await expect(
      inside(
        redis,
        'read -r REDISCLI_AUTH; export REDISCLI_AUTH; redis-cli ping',
        `${await secret('redis-password')}\n`,
      ),
    ).resolves.toBe('PONG\n');
  });

  it('keep a job that was handed over, and drop none to make room', async () => {
    const cli = (command: string) =>
      inside(redis, `REDISCLI_AUTH="$(cat /run/secrets/redis-password)" redis-cli ${command}`);

    await expect(cli('config get appendonly')).resolves.toBe('appendonly\nyes\n');
    await expect(cli('config get maxmemory-policy')).resolves.toBe('maxmemory-policy\nvolatile-lru\n');
  });

  it('run as nobody special on a file system that can not be written', async () => {
    await expect(inside(postgres, 'id -un; touch /written || true')).resolves.toBe('postgres\n');
    await expect(inside(redis, 'id -un; touch /written 2>&1 || true')).resolves.toMatch(/^redis\n.*Read-only/);
  });
});
