import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it, vi } from 'vitest';

import { ConfigAuditResponse } from '@signalbox/schemas';
import { temporaryDirectory } from '@signalbox/testkit';

import { follow } from './follow.ts';
import { cloneFrom, type GitClone, runGit } from './git-client.ts';
import { SHOP, type StartedApp, startOn, startShop, writeFiles } from './start-app.ts';

// Each test starts many processes, on a machine that may have two cores.
vi.setConfig({ testTimeout: 30_000 });

const run = promisify(execFile);
const urlOf = (app: StartedApp) => `${app.url}/git/config.git`;

async function headOf(app: StartedApp): Promise<string> {
  const { stdout } = await run('git', ['-C', join(app.dataDir, 'config.git'), 'rev-parse', 'main']);
  return stdout.trim();
}

async function auditOf(app: StartedApp): Promise<ConfigAuditResponse['entries']> {
  return ConfigAuditResponse.parse(await (await app.get('/admin/audit')).json()).entries;
}

/** What git printed, without the spaces that it pads lines from elsewhere with. */
async function push(clone: GitClone, ...options: string[]): Promise<{ code: number; output: string }> {
  const { code, output } = await clone.git('push', ...options);
  return { code, output: output.replaceAll(/ +$/gm, '') };
}

describe('a clone over HTTP', () => {
  it('has what is served, and fetches what was changed since', async () => {
    await using app = await startShop();
    await using clone = await cloneFrom(urlOf(app));
    await app.update({ service: 'orders', environment: 'production', set: { 'db.poolSize': 33 } });

    const pulled = await clone.git('pull', '--ff-only');

    expect(pulled.code).toBe(0);
    expect((await clone.git('show', 'HEAD:orders/production.yaml')).output).toBe('db:\n  poolSize: 33\n');
    expect((await clone.git('rev-parse', 'HEAD')).output.trim()).toBe(await headOf(app));
  });

  it('may be shallow, may speak the protocol of old, and may push all the same', async () => {
    await using app = await startShop();
    await app.update({ service: 'orders', environment: 'production', set: { 'db.poolSize': 33 } });
    await using shallow = await cloneFrom(urlOf(app), '--depth', '1');
    await using old = await cloneFrom(urlOf(app), '-c', 'protocol.version=0');

    const fromShallow = await shallow.commit({ 'orders/production.yaml': 'db:\n  poolSize: 34\n' });
    expect(await push(shallow)).toMatchObject({ code: 0 });
    expect(await old.git('pull', '--ff-only')).toMatchObject({ code: 0 });

    expect((await shallow.git('rev-list', '--count', 'HEAD')).output).toBe('2\n');
    expect((await old.git('rev-parse', 'HEAD')).output.trim()).toBe(fromShallow);
  });

  it('shows nothing of what the server remembers', async () => {
    await using app = await startShop();

    const listed = await runGit(app.dataDir, 'ls-remote', urlOf(app));

    expect(listed.output.match(/refs\/\S+/g)).toEqual(['refs/heads/main']);
  });

  it('works where the path of the data directory has characters that mean something to git', async () => {
    await using directory = await temporaryDirectory();
    const dataDir = join(directory.path, 'a:b "c" d');
    await mkdir(dataDir);
    await writeFiles(join(dataDir, 'seed'), SHOP);
    await using app = await startOn(dataDir);
    await using clone = await cloneFrom(urlOf(app));
    await clone.commit({ 'orders/production.yaml': 'db:\n  poolSize: 31\n' });

    expect(await push(clone)).toMatchObject({ code: 0 });
  });
});

describe('a push over HTTP', () => {
  it('is served once git has ended, and told to subscribers', async () => {
    await using app = await startShop();
    await using instance = await follow(app.url);
    instance.say({ type: 'subscribe', service: 'orders', environment: 'production' });
    await instance.next();
    await using clone = await cloneFrom(urlOf(app));
    const commit = await clone.commit({ 'orders/production.yaml': 'db:\n  poolSize: 30\n' });

    const pushed = await push(clone);

    const read = await app.get('/config/orders/production');
    expect(pushed.code).toBe(0);
    expect(read.headers.get('signalbox-version')).toBe(commit);
    await expect(instance.next()).resolves.toMatchObject({ type: 'changed', version: commit });
  });

  it('that breaks schemas is refused at the terminal, with the file, pointer and reason of every violation', async () => {
    await using app = await startShop();
    const before = await headOf(app);
    await using clone = await cloneFrom(urlOf(app));
    const commit = await clone.commit({
      'orders/default.yaml': 'db:\n  poolSize: 0\n',
      'orders/production.yaml': 'db:\n  poolSize: many\n',
    });

    const pushed = await push(clone);

    expect(pushed.code).toBe(1);
    expect(pushed.output).toContain('remote: orders/default.yaml:2: /db/poolSize must be >= 1 (orders/development)\n');
    expect(pushed.output).toContain(
      'remote: orders/production.yaml:2: /db/poolSize must be integer, is string (orders/production)\n',
    );
    expect(await headOf(app)).toBe(before);
    await expect((await app.get('/admin/problems')).json()).resolves.toEqual({ problems: [] });
    expect((await runGit(join(app.dataDir, 'config.git'), 'cat-file', '-e', commit)).code).not.toBe(0);
  });

  it('that does not parse is refused with the file and the line, whether or not anyone reads the file', async () => {
    await using app = await startShop();
    await using clone = await cloneFrom(urlOf(app));
    await clone.commit({
      'common/default.yaml': 'logLevel: info\nlist: [\n',
      'unread/other.yaml': 'a: 1\na: 2\n',
      'orders/schema.json': '{ "type": ',
    });

    const { code, output } = await push(clone);

    expect(code).toBe(1);
    expect(output).toMatch(/remote: common\/default\.yaml:\d: .*\(orders\/development, /);
    expect(output).toMatch(/remote: unread\/other\.yaml:\d: /);
    expect(output).toMatch(/remote: orders\/schema\.json:\d: /);
  });

  it('is held against the schema that it brings itself', async () => {
    await using app = await startShop();
    await using clone = await cloneFrom(urlOf(app));
    await clone.commit({ 'common/schema.json': JSON.stringify({ properties: { logLevel: { const: 'info' } } }) });

    const { code, output } = await push(clone);

    expect(code).toBe(1);
    expect(output).toContain(
      'common/production.yaml:1: /logLevel must be "info" (orders/production, products/production)',
    );
  });

  it('is not to blame for what was broken before, and is for what it leaves broken in a service that it changes', async () => {
    await using app = await startShop({
      ...SHOP,
      'products/schema.json': JSON.stringify({ properties: { a: { type: 'integer' } } }),
    });
    await app.push({ 'products/production.yaml': 'a: text\n' });
    await using clone = await cloneFrom(urlOf(app));

    await clone.commit({ 'orders/production.yaml': 'db:\n  poolSize: 30\n' });
    const elsewhere = await push(clone);
    await clone.commit({ 'products/production.yaml': 'a: other\n' });
    const stillBroken = await push(clone);
    await clone.commit({ 'products/production.yaml': 'a: 1\n' });
    const mended = await push(clone);

    expect([elsewhere.code, stillBroken.code, mended.code]).toEqual([0, 1, 0]);
    await expect((await app.get('/admin/problems')).json()).resolves.toEqual({ problems: [] });
  });

  it('moves what is served forward only, and other branches and tags anywhere', async () => {
    await using app = await startShop();
    const before = await headOf(app);
    await using clone = await cloneFrom(urlOf(app));
    await clone.git('checkout', '-q', '--orphan', 'other');
    await clone.commit({ 'orders/production.yaml': 'db:\n  poolSize: many\n' });

    const refused = {
      force: await push(clone, '--force', 'origin', 'other:main'),
      delete: await push(clone, 'origin', ':main'),
      remembered: await push(clone, 'origin', 'HEAD:refs/signalbox/good/orders/production'),
      notes: await push(clone, 'origin', 'HEAD:refs/notes/commits'),
    };
    const taken = [
      await push(clone, 'origin', 'other', 'HEAD:refs/tags/v1'),
      await push(clone, '--force', 'origin', 'main:other', ':refs/tags/v1'),
    ];

    expect(Object.values(refused).map(({ code }) => code)).toEqual([1, 1, 1, 1]);
    expect(refused.force.output).toContain('refs/heads/main is what is served: it may only go forward');
    expect(refused.delete.output).toContain(
      'refs/heads/main is what is served: it may be neither deleted nor made anew',
    );
    expect(refused.notes.output).toContain('refs/notes/commits is neither a branch nor a tag');
    expect(taken.map(({ code }) => code)).toEqual([0, 0]);
    const listed = (await runGit(app.dataDir, 'ls-remote', urlOf(app))).output.match(/\S+\trefs\/\S+/g);
    expect(listed).toEqual([`${before}\trefs/heads/main`, `${before}\trefs/heads/other`]);
  });

  it('of several references is taken as a whole, or not at all', async () => {
    await using app = await startShop();
    await using clone = await cloneFrom(urlOf(app));
    await clone.commit({ 'orders/production.yaml': 'db:\n  poolSize: many\n' });

    expect(await push(clone, 'origin', 'main', 'HEAD:refs/heads/side')).toMatchObject({ code: 1 });

    expect((await runGit(app.dataDir, 'ls-remote', urlOf(app))).output).not.toContain('side');
  });

  it('makes no more branches and tags than are looked at', async () => {
    await using app = await startShop();
    await using clone = await cloneFrom(urlOf(app));
    const tags = Array.from({ length: 1_000 }, (_, i) => `HEAD:refs/tags/t${i}`);

    const { code, output } = await push(clone, 'origin', ...tags);

    expect(code).toBe(1);
    expect(output).toContain('there would be 1001 branches and tags, more than 1000');
  });

  it.each([
    ['in one piece', 400_000],
    ['in chunks, as git does beyond a megabyte', 4_000_000],
  ])('that is too large is refused with the reason, and leaves nothing behind, sent %s', async (_how, bytes) => {
    await using directory = await temporaryDirectory();
    await writeFiles(join(directory.path, 'seed'), SHOP);
    await using app = await startOn(directory.path, { maxPushBytes: 100_000 });
    const before = await headOf(app);
    await using clone = await cloneFrom(urlOf(app));
    await clone.commit({ 'orders/notes.txt': randomBytes(bytes).toString('hex') });

    const pushed = await push(clone);

    expect(pushed.code).not.toBe(0);
    expect(pushed.output).toContain('remote: fatal: pack exceeds maximum allowed size');
    expect(await headOf(app)).toBe(before);
    expect(await readdir(join(app.dataDir, 'config.git', 'objects'))).not.toContainEqual(
      expect.stringMatching('incoming'),
    );
  });

  it('of more than is read is refused, whatever little it took to send it', async () => {
    await using app = await startShop();
    const before = await headOf(app);
    await using clone = await cloneFrom(urlOf(app));
    let object = (await clone.git('rev-parse', 'HEAD:orders/production.yaml')).output.trim();
    for (const kind of ['100644 blob', '040000 tree', '040000 tree', '040000 tree', '040000 tree']) {
      const entries = Array.from({ length: 20 }, (_, i) => `${kind} ${object}\tentry${i}\n`);
      await writeFiles(clone.path, { entries: entries.join('') });
      object = (await clone.git('-c', 'alias.tree=!git mktree < entries', 'tree')).output.trim();
    }
    const bomb = (await clone.git('commit-tree', '-p', 'HEAD', '-m', 'bomb', object)).output.trim();
    await clone.commit({ 'orders/development.yaml': `a: ${'x'.repeat(1_100_000)}\n` });

    const many = await push(clone, 'origin', `${bomb}:main`);
    const large = await push(clone);

    expect(many.output).toContain(`remote: commit ${bomb} takes more than 33554432 bytes to list its files`);
    expect(large.output).toMatch(/remote: orders\/development\.yaml: has \d+ bytes, more than is read/);
    expect(await headOf(app)).toBe(before);
  });

  it('loses nothing to the updates and pushes that are made at the same time', async () => {
    await using app = await startShop();
    const pusher = async (name: string) => {
      await using clone = await cloneFrom(urlOf(app));
      await clone.commit({ [`${name}/default.yaml`]: 'a: 1\n' });
      while ((await push(clone)).code !== 0) {
        const rebased = await clone.git('pull', '--rebase');
        expect(rebased).toMatchObject({ code: 0 });
      }
    };
    const update = async (i: number) => (await app.update({ service: 'orders', set: { [`flags.f${i}`]: i } })).status;

    const [statuses] = await Promise.all([
      Promise.all(Array.from({ length: 8 }, (_, i) => update(i))),
      pusher('alpha'),
      pusher('beta'),
      pusher('gamma'),
    ]);

    const { flags } = (await (await app.get('/config/orders/production')).json()) as { flags: Record<string, number> };
    expect(statuses).toEqual(Array.from({ length: 8 }, () => 200));
    expect(Object.keys(flags)).toHaveLength(8);
    for (const name of ['alpha', 'beta', 'gamma']) {
      expect((await app.get(`/config/${name}/production`)).status).toBe(200);
    }
    const audit = await auditOf(app);
    expect(audit.filter(({ outcome }) => outcome === 'committed')).toHaveLength(11);
  });
});
