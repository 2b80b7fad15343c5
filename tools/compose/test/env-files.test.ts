import { execFile } from 'node:child_process';
import { cp, mkdir, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { temporaryDirectory } from '@signalbox/testkit';

const execute = promisify(execFile);
const ROOT = join(import.meta.dirname, '../../..');
const DOCKER = join(ROOT, 'docker');
const COMPOSE_FILES = ['compose.yaml', 'compose.dev.yaml', 'compose.prod.yaml'];
const START_LIMIT_MS = 60_000;
/** Read by compose itself. */
const OF_COMPOSE_ITSELF = 'COMPOSE_PROJECT_NAME';

/** A directory `docker` with `docker/env` and the files that read what is made of it, in a workspace whose apps are those of this one. */
async function workspace() {
  const directory = await temporaryDirectory();
  const docker = join(directory.path, 'docker');
  await mkdir(docker);
  for (const name of ['env', 'env-files.mjs', ...COMPOSE_FILES]) {
    await cp(join(DOCKER, name), join(docker, name), { recursive: true });
  }
  await symlink(join(ROOT, 'apps'), join(directory.path, 'apps'));
  return {
    docker,
    make: (...args: readonly string[]) => execute(process.execPath, [join(docker, 'env-files.mjs'), ...args]),
    read: (name: string) => readFile(join(docker, name), 'utf8'),
    write: (name: string, text: string) => writeFile(join(docker, name), text),
    [Symbol.asyncDispose]: () => directory[Symbol.asyncDispose](),
  };
}

/** What the script prints on standard error where it ends with code 1. */
async function refusal(making: Promise<unknown>): Promise<string> {
  const failed = await making.then(
    () => undefined,
    (error: unknown) => error as { code: number; stderr: string }, // what execFile rejects with
  );
  expect(failed?.code).toBe(1);
  return failed?.stderr ?? '';
}

function variablesIn(text: string): Record<string, string> {
  const variables = [...text.matchAll(/^([A-Z_]+)=(.*)$/gm)];
  return Object.fromEntries(variables.map(([, name = '', value = '']) => [name, value] as const));
}

/** Each `${NAME:-default}` of the Compose files. */
async function references() {
  const texts = await Promise.all(COMPOSE_FILES.map((name) => readFile(join(DOCKER, name), 'utf8')));
  return [...texts.join('\n').matchAll(/(?<!\$)\$\{?(\w+)(?::-([^}]*)\})?/g)].map(([, name = '', fallback]) => ({
    name,
    fallback,
  }));
}

async function filesIn(directory: string): Promise<Record<string, string>> {
  const names = (await readdir(directory)).sort();
  const texts = names.map(async (name) => [name, await readFile(join(directory, name), 'utf8')] as const);
  return Object.fromEntries(await Promise.all(texts));
}

let made: Awaited<ReturnType<typeof workspace>>;

beforeAll(async () => {
  made = await workspace();
  await made.make();
}, START_LIMIT_MS);

afterAll(() => made[Symbol.asyncDispose]());

describe('what the Compose files read', () => {
  it('is what npm run env-files makes of docker/env', async () => {
    expect(await filesIn(join(DOCKER, 'env-files'))).toEqual(await filesIn(join(made.docker, 'env-files')));
  });

  it('has for containers no file that is not made, and none is made for nobody', async () => {
    const text = await readFile(join(DOCKER, 'compose.yaml'), 'utf8');
    const read = [...text.matchAll(/^ {4}env_file: \.\/env-files\/(.+)$/gm)].map(([, name]) => name);

    expect(text.match(/env_file/g)).toHaveLength(read.length);
    expect(new Set(read)).toEqual(new Set(Object.keys(await filesIn(join(made.docker, 'env-files')))));
  });

  it('has for variables the defaults that are made of docker/env, or that .env.example tells', async () => {
    const ofDeployment = variablesIn(await made.read('.env'));
    const ofMachine = variablesIn(await readFile(join(DOCKER, '.env.example'), 'utf8'));
    const referred = await references();

    expect(Object.keys(ofMachine).filter((name) => name in ofDeployment)).toEqual([]);
    expect(referred).not.toEqual([]);
    for (const { name, fallback } of referred) {
      expect({ name, fallback }).toEqual({ name, fallback: { ...ofDeployment, ...ofMachine }[name] });
    }
    const names = new Set(referred.map(({ name }) => name));
    expect(Object.keys(ofMachine).filter((name) => !names.has(name))).toEqual([OF_COMPOSE_ITSELF]);
  });
});

describe('npm run env-files', { timeout: 60_000 }, () => {
  it('takes a change of docker/env to everyone whom it concerns', async () => {
    await using changed = await workspace();
    const database = (await changed.read('env/database.env')).replace('PORT=5432', 'PORT=6543');
    await changed.write('env/database.env', database);
    await changed.write('env/production/database.env', 'POOL_SIZE=3\n');

    await changed.make();

    const files = await filesIn(join(changed.docker, 'env-files'));
    expect(JSON.stringify(files) + (await changed.read('.env'))).not.toContain('5432');
    expect(variablesIn(await changed.read('.env'))).toMatchObject({ DATABASE_PORT: '6543' });
    expect(variablesIn(files['postgres.env'] ?? '')).toMatchObject({ PGPORT: '6543' });
    for (const name of ['api.env', 'worker.env']) {
      expect(variablesIn(files[name] ?? '')).toMatchObject({
        SHOP_DATABASE_URL: 'postgres://orders@postgres:6543/orders',
        SHOP_DATABASE_POOL_SIZE: '3',
      });
    }
  });

  it('makes them of the environment that is named, and keeps what else is in .env', async () => {
    await using here = await workspace();
    const ofProduction = await made.read('.env');
    await here.write('.env', `# mine\nGATEWAY_PORT=9000\n${ofProduction}GATEWAY_ADDRESS=0.0.0.0`);

    const { stdout } = await here.make('development');

    const text = await here.read('.env');
    expect(stdout).toMatch(/^env-files: development, in /);
    expect(variablesIn(text)).toMatchObject({ ENVIRONMENT: 'development', LOG_LEVEL: 'debug' });
    expect(text.match(/^# Made of docker\/env/gm)).toHaveLength(1);
    expect(text.startsWith('# mine\nGATEWAY_PORT=9000\n# Made ')).toBe(true);
    expect(text.endsWith('\nGATEWAY_ADDRESS=0.0.0.0')).toBe(true);
  });

  it('adds to a .env that does not end its last line, and makes one for its owner alone where there is none', async () => {
    await using here = await workspace();
    await here.write('.env', 'GATEWAY_PORT=9000');
    await here.make();

    expect(await here.read('.env')).toBe(`GATEWAY_PORT=9000\n${await made.read('.env')}`);
    expect((await stat(join(made.docker, '.env'))).mode & 0o777).toBe(0o600);
  });

  it.each([
    [
      'says itself what docker/env says',
      () => 'export DATABASE_PORT=1\nTZ = x\n',
      /\.env says DATABASE_PORT, TZ itself/,
    ],
    [
      'lost the end of what was made',
      (text: string) => text.replace(/^# The end.*\n/m, ''),
      /\.env lacks the line "# The end/,
    ],
  ])('refuses a .env that %s, and writes nothing', async (_what, toText, reason) => {
    await using here = await workspace();
    const text = toText(await made.read('.env'));
    await here.write('.env', text);

    expect(await refusal(here.make('development'))).toMatch(reason);

    expect(await here.read('.env')).toBe(text);
    expect(await readdir(here.docker)).not.toContain('env-files');
  });

  it('writes nothing where docker/env is not valid, and says why', async () => {
    await using here = await workspace();
    await here.write('env/production/worker.env', 'CONCURRENCY=0\n');

    const said = await refusal(here.make());

    expect(said).toMatch(/^env-files: worker in production: .*\/CONCURRENCY must be > 0/);
    expect((await readdir(here.docker)).filter((name) => ['.env', 'env-files'].includes(name))).toEqual([]);
  });
});
