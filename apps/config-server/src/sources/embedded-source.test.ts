import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { env } from 'node:process';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';

import { FakeClock, temporaryDirectory } from '@signalbox/testkit';

import { EmbeddedSource } from './embedded-source.ts';
import { prepareGit } from './git-environment.ts';

const run = promisify(execFile);
const AUTHOR = { name: 'Ada', email: 'ada@example.com' };
const LONG_AGO = new Date('2020-01-01');
/** Far from the wall clock, by which files have their times. */
const AHEAD = Date.UTC(2090);

async function openEmbedded(dataDir: string, seed: Readonly<Record<string, string>> = {}) {
  const seedDir = join(dataDir, 'seed');
  for (const [path, content] of Object.entries(seed)) {
    await mkdir(join(seedDir, path, '..'), { recursive: true });
    await writeFile(join(seedDir, path), content);
  }
  await mkdir(seedDir, { recursive: true });
  const staleLocks: string[] = [];
  const source = await EmbeddedSource.open({
    dataDir,
    seedDir,
    branch: 'main',
    environment: await prepareGit(dataDir, env),
    clock: new FakeClock(AHEAD),
    maxObjectBytes: 1_024,
    silenceTimeoutMs: 10_000,
    pollIntervalMs: 2_000,
    onStaleLock: (path) => staleLocks.push(path),
  });
  return Object.assign(source, {
    staleLocks,
    [Symbol.dispose]: () => {
      source.close();
    },
    async headCommit() {
      const labels = await source.store.labels();
      return labels.get('main') ?? 'no main';
    },
  });
}

/** Git as someone at a terminal runs it, on a clone of their own. */
async function pushFrom(dataDir: string, path: string, content: string): Promise<void> {
  const clone = join(dataDir, 'clone');
  await run('git', ['clone', '-q', join(dataDir, 'config.git'), clone]);
  await mkdir(join(clone, path, '..'), { recursive: true });
  await writeFile(join(clone, path), content);
  await run('git', ['-C', clone, 'add', '.']);
  await run('git', ['-C', clone, '-c', 'user.name=P', '-c', 'user.email=p@x', 'commit', '-qm', 'push']);
  await run('git', ['-C', clone, 'push', '-q']);
}

describe('EmbeddedSource', () => {
  it('begins with the seed as one commit, and keeps what is there on later starts', async () => {
    await using directory = await temporaryDirectory();
    using first = await openEmbedded(directory.path, {
      'orders/default.yaml': 'a: 1\n',
      'common/default.yaml': 'b: 2\n',
    });
    const head = await first.headCommit();
    using second = await openEmbedded(directory.path, { 'late/default.yaml': 'c: 3\n' });

    await expect(second.headCommit()).resolves.toBe(head);
    const files = await second.store.files(head);
    expect([...files.keys()]).toEqual(['common/default.yaml', 'orders/default.yaml']);
    await expect(second.store.read(files.get('orders/default.yaml') ?? '')).resolves.toBe('a: 1\n');
  });

  it('refuses a seed with a symbolic link by name, and begins with the seed once it is mended', async () => {
    await using directory = await temporaryDirectory();
    const link = join(directory.path, 'seed', 'orders', 'production.yaml');
    await mkdir(join(link, '..'), { recursive: true });
    await symlink('default.yaml', link);
    const files = { 'orders/default.yaml': 'a: 1\n' };

    await expect(openEmbedded(directory.path, files)).rejects.toThrow(
      `SIGNALBOX_SEED_DIR: "orders/production.yaml" in "${join(directory.path, 'seed')}" is no regular file`,
    );
    await rm(link);
    using source = await openEmbedded(directory.path, files);
    expect([...(await source.store.files(await source.headCommit())).keys()]).toEqual(['orders/default.yaml']);
  });

  it('starts without a seed', async () => {
    await using directory = await temporaryDirectory();
    using source = await openEmbedded(directory.path);

    await expect(source.store.files(await source.headCommit())).resolves.toEqual(new Map());
  });

  it('commits on the commit that was read, and refuses once the branch has moved', async () => {
    await using directory = await temporaryDirectory();
    using source = await openEmbedded(directory.path, { 'orders/default.yaml': 'a: 1\n' });
    const base = await source.headCommit();
    const change = { base, author: AUTHOR, message: 'Raise a' };

    const first = await source.commit({ ...change, files: new Map([['orders/default.yaml', 'a: 2\n']]) });
    const second = await source.commit({ ...change, files: new Map([['orders/default.yaml', 'a: 3\n']]) });

    const commit = await source.headCommit();
    expect(first).toEqual({ kind: 'committed', commit, blobs: await source.store.files(commit) });
    expect(second).toEqual({ kind: 'moved' });
    await expect(source.store.origin(await source.headCommit(), 'orders/default.yaml')).resolves.toMatchObject({
      commit: await source.headCommit(),
      author: 'Ada <ada@example.com>',
    });
  });

  it('says so when another holds the lock of the branch, and does not take it for a move', async () => {
    await using directory = await temporaryDirectory();
    using source = await openEmbedded(directory.path);
    const base = await source.headCommit();
    await writeFile(join(directory.path, 'config.git', 'refs', 'heads', 'main.lock'), '');

    const committing = source.commit({ base, author: AUTHOR, message: 'm', files: new Map([['a/b.yaml', 'c: 1\n']]) });

    await expect(committing).rejects.toMatchObject({
      code: 'config/git-failed',
      message: expect.stringContaining('lock') as string,
    });
  });

  it('takes away a lock that a killed Git left behind, and then makes the commit', async () => {
    await using directory = await temporaryDirectory();
    using source = await openEmbedded(directory.path);
    const base = await source.headCommit();
    const lock = join(directory.path, 'config.git', 'refs', 'heads', 'main.lock');
    await writeFile(lock, '');
    await utimes(lock, LONG_AGO, LONG_AGO);

    const outcome = await source.commit({ base, author: AUTHOR, message: 'm', files: new Map([['a/b.yaml', 'c: 1']]) });

    expect(outcome).toMatchObject({ kind: 'committed', commit: await source.headCommit() });
    expect(source.staleLocks).toEqual([lock]);
  });

  it('clears away what killed commands had begun to write, and leaves what may still be written', async () => {
    await using directory = await temporaryDirectory();
    (await openEmbedded(directory.path)).close();
    const repository = join(directory.path, 'config.git');
    const [old, young] = ['tmp_pack_old', 'tmp_pack_young'].map((name) => join(repository, 'objects', 'pack', name));
    const report = join(repository, 'fast_import_crash_4711');
    for (const path of [old, young, report]) {
      await writeFile(String(path), 'begun');
    }
    await utimes(String(old), LONG_AGO, LONG_AGO);
    await utimes(report, LONG_AGO, LONG_AGO);

    (await openEmbedded(directory.path)).close();

    expect([old, young, report].map((path) => existsSync(String(path)))).toEqual([false, true, false]);
  });

  it('does not list a commit whose trees hold each other many times over', async () => {
    await using directory = await temporaryDirectory();
    using source = await openEmbedded(directory.path, { 'a/b.yaml': 'a: 1\n' });
    const { commands } = source.store;
    let object = (await commands.run(['rev-parse', 'main:a/b.yaml'])).trim();
    for (const kind of ['100644 blob', '040000 tree', '040000 tree', '040000 tree', '040000 tree']) {
      const entries = Array.from({ length: 20 }, (_, i) => `${kind} ${object}\tentry${i}\n`);
      object = (await commands.feed(['mktree'], entries.join(''))).trim();
    }
    const bomb = (await commands.run(['commit-tree', '-m', 'bomb', object])).trim();

    await expect(source.store.files(bomb)).rejects.toMatchObject({ code: 'config/oversized-commit', commit: bomb });
  });

  it('clears away what pushes that were killed had brought, once none can be under way any more', async () => {
    await using directory = await temporaryDirectory();
    (await openEmbedded(directory.path)).close();
    const folders = ['tmp_objdir-incoming-old', 'incoming-older', 'tmp_objdir-incoming-young'].map((name) =>
      join(directory.path, 'config.git', 'objects', name),
    );
    for (const [index, folder] of folders.entries()) {
      await mkdir(join(folder, 'pack'), { recursive: true });
      await writeFile(join(folder, 'pack', 'tmp_pack_begun'), 'begun');
      const minutesAgo = index === 2 ? 50 : 70;
      await utimes(folder, new Date(), new Date(Date.now() - minutesAgo * 60_000));
    }

    (await openEmbedded(directory.path)).close();

    expect(folders.map((folder) => existsSync(folder))).toEqual([false, false, true]);
  });

  it('lets nobody push to what it remembers', async () => {
    await using directory = await temporaryDirectory();
    using source = await openEmbedded(directory.path);
    const repository = join(directory.path, 'config.git');

    const push = run('git', ['-C', repository, 'push', '-q', repository, 'main:refs/signalbox/good/orders/production']);

    await expect(push).rejects.toMatchObject({ stderr: expect.stringContaining('hidden ref') as string });
    await expect(source.store.goodVersions()).resolves.toEqual([]);
  });

  it('writes paths and names as they are, whatever fast-import would read in them', async () => {
    await using directory = await temporaryDirectory();
    using source = await openEmbedded(directory.path);
    const author = { name: 'A <b>\ndata 3', email: 'x>@y' };
    const files = new Map([
      ['a b/"c".yaml', 'x: "ü"\n'],
      [String.raw`back\slash/default.yaml`, ''],
    ]);

    await source.commit({ base: await source.headCommit(), author, message: 'from nobody\n\ndata 3\n', files });

    const written = await source.store.files(await source.headCommit());
    expect([...written.keys()]).toEqual(['a b/"c".yaml', String.raw`back\slash/default.yaml`]);
    await expect(source.store.origin(await source.headCommit(), 'a b/"c".yaml')).resolves.toMatchObject({
      author: 'A bdata 3 <x@y>',
    });
  });

  it('reads many objects at once, and says which are unknown or too large', async () => {
    await using directory = await temporaryDirectory();
    const seed = Object.fromEntries(Array.from({ length: 200 }, (_, i) => [`s${i}/default.yaml`, `a: ${i}\n`]));
    using source = await openEmbedded(directory.path, { ...seed, 'big/default.yaml': 'x'.repeat(2_000) });
    const files = await source.store.files(await source.headCommit());
    const blobOf = (path: string) => files.get(path) ?? '';

    const texts = await Promise.all(Object.keys(seed).map((path) => source.store.read(blobOf(path))));
    expect(texts).toEqual(Object.values(seed));
    await expect(source.store.read('0'.repeat(40))).rejects.toMatchObject({ code: 'config/unknown-object' });
    await expect(source.store.read(blobOf('big/default.yaml'))).rejects.toMatchObject({
      code: 'config/unreadable-object',
      reason: 'has 2000 bytes, more than is read',
    });
  });

  it('reads no object that is not UTF-8', async () => {
    await using directory = await temporaryDirectory();
    using source = await openEmbedded(directory.path);
    const base = await source.headCommit();
    const latin = Buffer.from('note: caf\u00e9\n', 'latin1');
    await source.store.write('refs/heads/main', {
      base,
      author: AUTHOR,
      message: 'm',
      files: new Map([['a/b.yaml', latin]]),
    });

    const files = await source.store.files(await source.headCommit());

    await expect(source.store.read(files.get('a/b.yaml') ?? '')).rejects.toMatchObject({ reason: 'is not UTF-8' });
  });

  it('tells of a push as the file system does, with the clock standing still', async () => {
    await using directory = await temporaryDirectory();
    using source = await openEmbedded(directory.path);
    const before = await source.headCommit();
    const stop = new AbortController();
    const moved = Promise.withResolvers<undefined>();
    const watching = source.watch(() => {
      moved.resolve(undefined);
    }, stop.signal);

    await pushFrom(directory.path, 'orders/default.yaml', 'a: 1\n');

    await moved.promise;
    await expect(source.headCommit()).resolves.not.toBe(before);
    stop.abort();
    await watching;
  });

  it('remembers the good version of each pair in one step, also of names that Git does not take', async () => {
    await using directory = await temporaryDirectory();
    using source = await openEmbedded(directory.path);
    const commit = await source.headCommit();
    const orders = { service: 'orders', environment: 'production', commit };
    const odd = { service: 'a.lock', environment: 'b.lock', commit };

    await source.store.remember([orders, odd], []);
    await expect(source.store.goodVersions()).resolves.toEqual([odd, orders]);
    await source.store.remember([], [odd]);
    await expect(source.store.goodVersions()).resolves.toEqual([orders]);
  });

  it('finds branches, tags and commits by their beginning, and no others', async () => {
    await using directory = await temporaryDirectory();
    using source = await openEmbedded(directory.path);
    const head = await source.headCommit();
    await run('git', [
      '-C',
      join(directory.path, 'config.git'),
      '-c',
      'user.name=T',
      '-c',
      'user.email=t@x',
      'tag',
      '-a',
      'v1',
      '-m',
      'v1',
    ]);

    await expect(source.store.labels()).resolves.toEqual(
      new Map([
        ['main', head],
        ['v1', head],
      ]),
    );
    await expect(source.store.commit(head.slice(0, 10))).resolves.toBe(head);
    await expect(source.store.commit('deadbeef')).resolves.toBeUndefined();
  });

  it('obeys no configuration of whoever started it', async () => {
    await using directory = await temporaryDirectory();
    const home = join(directory.path, 'home');
    await mkdir(home);
    await writeFile(join(home, '.gitconfig'), '[core]\n\thooksPath = /nowhere\n[user]\n\tname = Someone\n');
    const environment = await prepareGit(directory.path, { ...env, HOME: home, GIT_DIR: '/elsewhere' });
    using source = await openEmbedded(directory.path);

    expect(environment).not.toHaveProperty('GIT_DIR');
    await expect(source.store.commands.run(['config', '--get', 'core.hooksPath'])).resolves.toBe('/dev/null\n');
    await expect(readFile(environment['GIT_CONFIG_GLOBAL'] ?? '', 'utf8')).resolves.not.toContain('Someone');
  });

  it('says in one error that git is not there', async () => {
    await using directory = await temporaryDirectory();

    await expect(prepareGit(directory.path, { PATH: '/nowhere' })).rejects.toMatchObject({
      code: 'config/git-not-found',
    });
  });
});
