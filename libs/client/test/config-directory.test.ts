import { mkdir, rename, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';

import { FakeClock, temporaryDirectory } from '@signalbox/testkit';

import { ConfigClient, type ConfigClientOptions, type SignalboxError } from '../src/index.ts';
import { Mailbox } from './mailbox.ts';
import { passing } from './passing.ts';

const PAIR = { service: 'orders', env: 'production' };
const schema = z.object({ db: z.object({ poolSize: z.int() }) });

async function write(directory: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(directory, path)), { recursive: true });
    await writeFile(join(directory, path), text);
  }
}

/** As Kubernetes mounts a ConfigMap: the files are links through `..data`, which is turned in one step. */
async function mount(directory: string, version: string, files: Readonly<Record<string, string>>): Promise<void> {
  await write(join(directory, `..${version}`), files);
  await symlink(`..${version}`, join(directory, '..data_tmp'));
  await rename(join(directory, '..data_tmp'), join(directory, '..data'));
}

async function fetched(files: Readonly<Record<string, string>>, options: Partial<ConfigClientOptions<unknown>> = {}) {
  await using directory = await temporaryDirectory();
  await write(directory.path, files);
  const config = new ConfigClient({ directory: directory.path, ...PAIR, ...options });
  await config.fetchInitialConfig();
  return config;
}

describe('a directory', () => {
  it('is read by the rule of a repository: common, service, environment, placeholders', async () => {
    const config = await fetched({
      'common/default.yaml': 'logLevel: info\ndb: { host: localhost, poolSize: 5 }\n',
      'common/production.json': '{"logLevel":"warn"}',
      'default.properties': 'db.poolSize=10\n',
      'production.yaml': 'url: pg://${db.host}\n',
      'staging.yaml': 'logLevel: debug\n',
    });

    expect(config.current).toEqual({
      logLevel: 'warn',
      db: { host: 'localhost', poolSize: '10' },
      url: 'pg://localhost',
    });
    expect(config).toMatchObject({ source: 'directory', freshness: 'current' });
  });

  it('may have the service in a folder, as a repository has', async () => {
    const config = await fetched({ 'orders/default.yaml': 'a: 1\n', 'products/default.yaml': 'a: 2\n' });

    expect(config.current).toEqual({ a: 1 });
  });

  it('has a key in each file without an extension, which wins, without the end of its line', async () => {
    const config = await fetched({ 'default.env': 'LOG_LEVEL=info\n', LOG_LEVEL: 'debug\n', BANNER: 'a\nb\n' });

    expect(config.current).toEqual({ LOG_LEVEL: 'debug', BANNER: 'a\nb' });
  });

  it('gives text the type that the schema asks for', async () => {
    const config = await fetched(
      { 'default.properties': 'db.poolSize=10\n', port: '80\n' },
      {
        schema: z.object({ db: z.object({ poolSize: z.int() }), port: z.int() }),
      },
    );

    expect(config.current).toEqual({ db: { poolSize: 10 }, port: 80 });
  });

  it.each([
    [
      'a file of another kind',
      { 'default.toml': 'a = 1' },
      'default.toml is neither yaml, yml, json, properties or env',
    ],
    ['a broken document, with its line', { 'default.yaml': 'a: 1\nb: [' }, 'orders/default.yaml:2'],
    ['a placeholder of nothing', { 'default.yaml': 'a: ${b}\n' }, 'orders/default.yaml:1: a '],
    ['documents of other environments alone', { 'staging.yaml': 'a: 1\n' }, 'no document for orders in production'],
    [
      'a large file',
      { 'default.yaml': `a: ${'x'.repeat(1_048_576)}` },
      'default.yaml has 1048579 bytes, more than 1048576',
    ],
    ['nothing', {}, 'it has no documents'],
    [
      'more files than are read',
      {
        ...Object.fromEntries(Array.from({ length: 1_000 }, (_, at) => [`KEY_${at}`, ''])),
        Z_LAST: 'x'.repeat(1_048_577),
      },
      'it has more than 1000 files',
    ],
  ])('is refused with %s', async (_, files, reason) => {
    await expect(fetched(files)).rejects.toThrow(reason);
  });

  it('that is not there is refused by its name', async () => {
    const config = new ConfigClient({ directory: '/nowhere/config', ...PAIR });

    await expect(config.fetchInitialConfig()).rejects.toThrow(/directory \/nowhere\/config can not be used: ENOENT/);
  });

  it.each([
    [{}, 'url: must be given, or else a directory, not neither'],
    [{ url: 'http://127.0.0.1:1', directory: '/x' }, 'url: must be given, or else a directory, not both'],
    [{ directory: '/x', cacheFile: '/y' }, 'cacheFile: must come with a url'],
    [{ directory: '' }, 'directory: must have at least 1 character, not ""'],
  ])('takes no options that contradict it, nor an empty one: %j', (options, message) => {
    expect(() => new ConfigClient({ ...PAIR, ...options })).toThrow(message);
  });
});

describe('a mounted ConfigMap', () => {
  async function mounted() {
    const directory = await temporaryDirectory();
    await mount(directory.path, 'one', { 'default.yaml': 'db: { poolSize: 5 }\n' });
    await symlink(join('..data', 'default.yaml'), join(directory.path, 'default.yaml'));
    const problems = new Mailbox<SignalboxError>();
    const clock = new FakeClock();
    const config = await ConfigClient.connect({
      directory: directory.path,
      ...PAIR,
      schema,
      clock,
      onProblem: problems.put,
    });
    const changes = new Mailbox<number>();
    config.onChange(({ current }) => {
      changes.put(current.db.poolSize);
    });
    return {
      path: directory.path,
      config,
      clock,
      problems,
      changes,
      async [Symbol.asyncDispose]() {
        await config.close();
        await directory[Symbol.asyncDispose]();
      },
    };
  }

  it('is followed when its files are swapped', async () => {
    await using at = await mounted();
    const { etag } = at.config;

    await mount(at.path, 'two', { 'default.yaml': 'db: { poolSize: 9 }\n' });

    expect(await passing(at.clock, at.changes.next())).toBe(9);
    expect(at.config.etag).not.toBe(etag);
    await mount(at.path, 'three', { 'default.yaml': 'db: { poolSize: 10 }\n' });
    expect(await passing(at.clock, at.changes.next())).toBe(10);
  });

  it('keeps what was valid while what is there is not, which is told once', async () => {
    await using at = await mounted();

    await mount(at.path, 'two', { 'default.yaml': 'db: { poolSize: many }\n' });

    expect(await passing(at.clock, at.problems.next())).toMatchObject({ code: 'SIGNALBOX_CONFIG_INVALID' });
    await at.clock.advance(30_000);
    expect(at.problems.size).toBe(0);
    expect(at.config.current.db.poolSize).toBe(5);
    expect(at.config.freshness).toBe('stale');
    await mount(at.path, 'three', { 'default.yaml': 'db: { poolSize: 6 }\n' });
    expect(await passing(at.clock, at.changes.next())).toBe(6);
  });

  it('that vanishes is told, what was valid stays, and what is there again is confirmed', async () => {
    await using at = await mounted();
    const away = `${at.path}-away`;
    const fresh = new Mailbox<string>();
    at.config.onFreshness(fresh.put);

    await rename(at.path, away);

    expect(await passing(at.clock, at.problems.next())).toMatchObject({ code: 'SIGNALBOX_DIRECTORY_UNUSABLE' });
    expect(await fresh.next()).toBe('stale');
    expect(at.config.current.db.poolSize).toBe(5);
    await rename(away, at.path);
    expect(await passing(at.clock, fresh.next())).toBe('current');
  });

  it('leaves nothing behind when it is closed', async () => {
    await using at = await mounted();

    await at.config.close();

    expect(at.clock.sleeping).toBe(0);
  });
});
