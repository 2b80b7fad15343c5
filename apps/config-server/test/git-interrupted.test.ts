import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile, utimes, writeFile } from 'node:fs/promises';
import { type ClientRequest, type IncomingMessage, request } from 'node:http';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { describe, expect, it, vi } from 'vitest';

import { ConfigAuditResponse } from '@signalbox/schemas';
import { temporaryDirectory } from '@signalbox/testkit';

import { cloneFrom, pushBody } from './git-client.ts';
import { launch, listening } from './launch.ts';
import { SHOP, type StartedApp, startOn, startShop, writeFiles } from './start-app.ts';

// Each test starts many processes, on a machine that may have two cores.
vi.setConfig({ testTimeout: 30_000 });

const run = promisify(execFile);
const urlOf = (app: Pick<StartedApp, 'url'>) => `${app.url}/git/config.git`;

async function headIn(dataDir: string): Promise<string> {
  const { stdout } = await run('git', ['-C', join(dataDir, 'config.git'), 'rev-parse', 'main']);
  return stdout.trim();
}

/** What Git keeps of pushes that are not accepted yet. */
async function quarantines(dataDir: string): Promise<readonly string[]> {
  const names = await readdir(join(dataDir, 'config.git', 'objects'));
  return names.filter((name) => name.includes('incoming'));
}

async function outcomesOf(app: StartedApp): Promise<readonly string[]> {
  const { entries } = ConfigAuditResponse.parse(await (await app.get('/admin/audit')).json());
  return entries.map(({ outcome }) => outcome);
}

/** A push of which all but the last byte was sent. */
async function beginPush(app: Pick<StartedApp, 'url' | 'dataDir'>): Promise<{ begun: ClientRequest; rest: Buffer }> {
  await using clone = await cloneFrom(urlOf(app));
  const before = await headIn(app.dataDir);
  const after = await clone.commit({ 'orders/production.yaml': 'db:\n  poolSize: 30\n' });
  const body = await pushBody(clone, [{ reference: 'refs/heads/main', before, after }]);
  const begun = request(`${urlOf(app)}/git-receive-pack`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-git-receive-pack-request', 'content-length': String(body.length) },
  });
  begun.on('error', () => undefined); // its end is the subject
  begun.write(body.subarray(0, -1));
  await expect.poll(() => quarantines(app.dataDir)).toHaveLength(1);
  return { begun, rest: body.subarray(-1) };
}

describe('a push that is cut short', () => {
  it('is taken when it goes on after all', async () => {
    await using app = await startShop();
    const { begun, rest } = await beginPush(app);

    begun.end(rest);
    const [response] = (await once(begun, 'response')) as [Readable];

    expect(await text(response)).toContain('unpack ok');
    await expect((await app.get('/config/orders/production')).json()).resolves.toMatchObject({ db: { poolSize: 30 } });
  });

  it('by a pusher who leaves, leaves nothing behind, and room for the next', async () => {
    await using directory = await temporaryDirectory();
    await writeFiles(join(directory.path, 'seed'), SHOP);
    await using app = await startOn(directory.path, { maxGitExchanges: 1 });
    const before = await headIn(app.dataDir);
    const { begun } = await beginPush(app);
    const busy = await app.get('/git/config.git/info/refs?service=git-upload-pack');

    begun.destroy();

    expect(busy.status).toBe(503);
    expect(busy.headers.get('retry-after')).toBe('1');
    await expect(busy.json()).resolves.toMatchObject({ code: 'config/too-many-exchanges' });
    await expect.poll(() => quarantines(app.dataDir)).toEqual([]);
    await expect
      .poll(async () => (await app.get('/git/config.git/info/refs?service=git-upload-pack')).status)
      .toBe(200);
    expect(await headIn(app.dataDir)).toBe(before);
  });

  it('by the end of the server, does not hold it up', async () => {
    await using app = await startShop();
    const before = await headIn(app.dataDir);
    await beginPush(app);

    await app.close();

    expect(await quarantines(app.dataDir)).toEqual([]);
    expect(await headIn(app.dataDir)).toBe(before);
  });

  it('by a pusher who falls silent after Git has given up, does not hold up the end of the server', async () => {
    await using directory = await temporaryDirectory();
    await writeFiles(join(directory.path, 'seed'), SHOP);
    const app = await startOn(directory.path, { maxGitExchanges: 1 });
    const begun = request(`${urlOf(app)}/git-receive-pack`, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-git-receive-pack-request',
        'content-length': '1000',
        expect: '100-continue',
      },
    });
    await once(begun, 'continue');
    const response = once(begun, 'response') as Promise<[IncomingMessage]>;
    begun.write('nonsense');
    await expect
      .poll(async () => (await app.get('/git/config.git/info/refs?service=git-upload-pack')).status)
      .toBe(200);

    await app.close();

    expect((await response)[0].statusCode).toBe(503);
    begun.destroy();
  });

  it('by a pusher who leaves as the server ends, is in the audit as what became of it', async () => {
    await using directory = await temporaryDirectory();
    await writeFiles(join(directory.path, 'seed'), SHOP);
    await using app = await startOn(directory.path);
    await writeFile(join(directory.path, 'config.git', 'refs', 'heads', 'main.lock'), ''); // Git waits for it
    const { begun, rest } = await beginPush(app);
    begun.end(rest);
    await expect.poll(() => outcomesOf(app)).toEqual(['pending']);

    begun.destroy();
    await app.close();

    await using next = await startOn(directory.path);
    expect(await outcomesOf(next)).toEqual(['refused']);
  });

  it('by the death of the server, moves nothing, and can be made again once there is one', async () => {
    await using directory = await temporaryDirectory();
    const dataDir = join(directory.path, 'data');
    await writeFiles(join(directory.path, 'seed'), SHOP);
    const first = launch(dataDir, { SIGNALBOX_SEED_DIR: join(directory.path, 'seed') });
    const killed = { url: await listening(first), dataDir };
    const before = await headIn(dataDir);
    await beginPush(killed);
    const exited = once(first, 'exit');

    first.kill('SIGKILL');
    await exited;

    expect(await headIn(dataDir)).toBe(before);
    await using second = await startOn(dataDir);
    await using clone = await cloneFrom(urlOf(second));
    await clone.commit({ 'orders/production.yaml': 'db:\n  poolSize: 31\n' });
    expect(await clone.git('push')).toMatchObject({ code: 0 });
  });

  it('by a git that was killed while it held the branch, is taken when it is made again', async () => {
    await using app = await startShop();
    await using clone = await cloneFrom(urlOf(app));
    await clone.commit({ 'orders/production.yaml': 'db:\n  poolSize: 30\n' });
    const lock = join(app.dataDir, 'config.git', 'refs', 'heads', 'main.lock');
    await writeFile(lock, '');
    await utimes(lock, new Date('2020-01-01'), new Date('2020-01-01'));

    expect(await clone.git('push')).toMatchObject({ code: 0 });

    expect(app.log.join('')).toContain('a lock that a killed git left behind was removed');
  });

  it('by an audit that takes nothing, says so at the terminal', async () => {
    await using app = await startShop();
    const before = await headIn(app.dataDir);
    await using clone = await cloneFrom(urlOf(app));
    await clone.commit({ 'orders/production.yaml': 'db:\n  poolSize: 30\n' });
    using database = new DatabaseSync(join(app.dataDir, 'audit.db'));
    database.exec(`create trigger full before insert on audit_entry begin select raise(abort, 'no room'); end`);

    const pushed = await clone.git('push');

    expect(pushed.code).toBe(1);
    expect(pushed.output).toContain('remote: the audit can not be used');
    expect(await headIn(app.dataDir)).toBe(before);
  });
});

describe('the hook that judges pushes', () => {
  it('is none of the repository: what is in its folder is not run', async () => {
    await using app = await startShop();
    const ran = join(app.dataDir, 'ran');
    const hook = `#!/bin/sh\ntouch '${ran}'\n`;
    for (const name of ['pre-receive', 'update', 'post-receive', 'post-update', 'reference-transaction']) {
      await writeFiles(join(app.dataDir, 'config.git', 'hooks'), { [name]: hook });
      await run('chmod', ['+x', join(app.dataDir, 'config.git', 'hooks', name)]);
    }
    await using clone = await cloneFrom(urlOf(app));
    await clone.commit({ 'orders/production.yaml': 'db:\n  poolSize: 30\n' });

    expect(await clone.git('push')).toMatchObject({ code: 0 });

    await expect(readFile(ran)).rejects.toThrow('ENOENT');
  });

  it('is what a push needs: where it may not be run, nothing is taken', async () => {
    await using app = await startShop();
    await using clone = await cloneFrom(urlOf(app));
    await clone.commit({ 'orders/production.yaml': 'db:\n  poolSize: 30\n' });
    await run('chmod', ['a-x', join(app.dataDir, 'hooks', 'pre-receive')]);

    const pushed = await clone.git('push');

    expect(pushed.code).not.toBe(0);
    expect(pushed.output).toContain('503');
  });
});
