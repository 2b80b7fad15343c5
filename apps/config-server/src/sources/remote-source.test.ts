import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, utimes, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { env } from 'node:process';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';

import { FakeClock, temporaryDirectory } from '@signalbox/testkit';

import { prepareGit } from './git-environment.ts';
import { RemoteSource } from './remote-source.ts';

const run = promisify(execFile);
const ADA = { name: 'Ada', email: 'ada@example.com' };
const LONG_AGO = new Date('2020-01-01');

/** A repository elsewhere, and someone else who commits to it. */
async function createRemote(directory: string) {
  const url = join(directory, 'remote.git');
  const git = (...commandLine: string[]) =>
    run('git', ['-C', url, '-c', 'user.name=Bo', '-c', 'user.email=bo@example.com', ...commandLine]);
  await run('git', ['init', '-q', '--bare', '--initial-branch=main', url]);
  const commit = async (message: string) => {
    const { stdout: tree } = await git('hash-object', '-t', 'tree', '-w', '/dev/null');
    const { stdout: parents } = await git('for-each-ref', '--format=%(objectname)', 'refs/heads/main');
    const from = parents.trim() === '' ? [] : ['-p', parents.trim()];
    const { stdout } = await git('commit-tree', tree.trim(), ...from, '-m', message);
    await git('update-ref', 'refs/heads/main', stdout.trim());
    return stdout.trim();
  };
  return { url, git, commit, first: await commit('Begin') };
}

async function openRemote(dataDir: string, url: string, options: { silenceTimeoutMs?: number } = {}) {
  await mkdir(dataDir, { recursive: true });
  const clock = new FakeClock();
  const source = await RemoteSource.open({
    dataDir,
    url,
    branch: 'main',
    environment: await prepareGit(dataDir, env),
    clock,
    maxObjectBytes: 1_024,
    silenceTimeoutMs: 10_000,
    fetchIntervalMs: 10_000,
    ...options,
  });
  return Object.assign(source, {
    clock,
    [Symbol.dispose]: () => {
      source.close();
    },
    async headCommit() {
      const labels = await source.store.labels();
      return labels.get('main');
    },
  });
}

describe('RemoteSource', () => {
  it('reads what was fetched, and nothing before that', async () => {
    await using directory = await temporaryDirectory();
    const remote = await createRemote(directory.path);
    using source = await openRemote(join(directory.path, 'data'), remote.url);

    await expect(source.headCommit()).resolves.toBeUndefined();
    await source.fetch();

    await expect(source.headCommit()).resolves.toBe(remote.first);
    expect(source.state.kind).toBe('reached');
  });

  it('fetches on its timer', async () => {
    await using directory = await temporaryDirectory();
    const remote = await createRemote(directory.path);
    using source = await openRemote(join(directory.path, 'data'), remote.url);
    const stop = new AbortController();
    const fetched = [Promise.withResolvers<undefined>(), Promise.withResolvers<undefined>()];
    let fetches = 0;
    const watching = source.watch(() => {
      fetched[fetches]?.resolve(undefined);
      fetches += 1;
    }, stop.signal);
    await fetched[0]?.promise;

    const second = await remote.commit('Go on');
    await source.clock.advance(10_000);
    await fetched[1]?.promise;

    await expect(source.headCommit()).resolves.toBe(second);
    stop.abort();
    await watching;
  });

  it('goes on with what it has when the remote is gone, and says since when', async () => {
    await using directory = await temporaryDirectory();
    const remote = await createRemote(directory.path);
    const dataDir = join(directory.path, 'data');
    using before = await openRemote(dataDir, remote.url);
    await before.fetch();
    using source = await openRemote(dataDir, join(directory.path, 'gone.git'));

    await source.fetch();
    const { state } = source;
    await source.clock.advance(5_000);
    await source.fetch();

    await expect(source.headCommit()).resolves.toBe(remote.first);
    expect(state).toMatchObject({ kind: 'lost', sinceMs: source.clock.now() - 5_000 });
    expect(source.state).toEqual(state);
  });

  it('opens and fetches in spite of the locks that a killed Git left behind', async () => {
    await using directory = await temporaryDirectory();
    const remote = await createRemote(directory.path);
    const dataDir = join(directory.path, 'data');
    (await openRemote(dataDir, remote.url)).close();
    for (const name of ['config.lock', 'refs/heads/main.lock']) {
      const lock = join(dataDir, 'clone.git', name);
      await writeFile(lock, '');
      await utimes(lock, LONG_AGO, LONG_AGO);
    }

    using source = await openRemote(dataDir, remote.url);
    await source.fetch();

    expect(source.state.kind).toBe('reached');
    await expect(source.headCommit()).resolves.toBe(remote.first);
  });

  it('gives up on a remote that accepts the call and says nothing', async () => {
    await using directory = await temporaryDirectory();
    const silent = createServer().listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const { port } = silent.address() as AddressInfo; // it listens on TCP
    using source = await openRemote(join(directory.path, 'data'), `git://127.0.0.1:${port}/x`, {
      silenceTimeoutMs: 200,
    });

    await source.fetch();

    expect(source.state).toMatchObject({ kind: 'lost', reason: 'git fetch failed: block timeout reached' });
    silent.close();
  });

  it('never tells the password in a URL', async () => {
    await using directory = await temporaryDirectory();
    using source = await openRemote(join(directory.path, 'data'), 'http://bo:hunter2@127.0.0.1:1/x.git');

    await source.fetch();

    expect(source.state.kind).toBe('lost');
    expect(JSON.stringify(source.state)).not.toContain('hunter2');
  });

  it('commits by a push, which the remote has before anyone here', async () => {
    await using directory = await temporaryDirectory();
    const remote = await createRemote(directory.path);
    using source = await openRemote(join(directory.path, 'data'), remote.url);
    await source.fetch();

    const files = new Map([['orders/default.yaml', 'a: 1\n']]);
    const outcome = await source.commit({ base: remote.first, author: ADA, message: 'Add orders', files });

    const { stdout } = await remote.git('rev-parse', 'main');
    const commit = stdout.trim();
    expect(outcome).toEqual({ kind: 'committed', commit, blobs: await source.store.files(commit) });
    await expect(source.headCommit()).resolves.toBe(stdout.trim());
  });

  it('writes nothing over a commit of someone else, and has fetched it when it says so', async () => {
    await using directory = await temporaryDirectory();
    const remote = await createRemote(directory.path);
    using source = await openRemote(join(directory.path, 'data'), remote.url);
    await source.fetch();
    const theirs = await remote.commit('Be faster');

    const files = new Map([['orders/default.yaml', 'a: 1\n']]);
    const outcome = await source.commit({ base: remote.first, author: ADA, message: 'Add orders', files });

    expect(outcome).toEqual({ kind: 'moved' });
    await expect(source.headCommit()).resolves.toBe(theirs);
  });
});
