import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it, vi } from 'vitest';

import { ConfigAuditResponse } from '@signalbox/schemas';
import { temporaryDirectory } from '@signalbox/testkit';

import { cloneFrom, runGit } from './git-client.ts';
import { SHOP, startOn, startShop, writeFiles } from './start-app.ts';
import { writeTokens } from './tokens.ts';

// Each test starts many processes, on a machine that may have two cores.
vi.setConfig({ testTimeout: 30_000 });

const REPOSITORY = '/git/config.git';
const TOKENS = {
  reading: { name: 'shop', role: 'reader' },
  partly: { name: 'orders-team', role: 'writer', services: ['orders'] },
  writing: { name: 'team', role: 'writer' },
  everything: { name: 'root', role: 'admin' },
};

async function startGuarded(dataDir: string) {
  await writeFiles(join(dataDir, 'seed'), SHOP);
  const app = await startOn(dataDir, { tokensFile: await writeTokens(dataDir, TOKENS) });
  const urlFor = (token: string) => `${app.url.replace('://', `://anyone:${token}@`)}${REPOSITORY}`;
  return { ...app, urlFor };
}

describe('access to the repository', () => {
  it('is asked for by a challenge that git understands', async () => {
    await using directory = await temporaryDirectory();
    await using app = await startGuarded(directory.path);

    const answer = await app.get(`${REPOSITORY}/info/refs?service=git-upload-pack`);
    const asked = await runGit(directory.path, 'ls-remote', `${app.url}${REPOSITORY}`);
    const wrong = await runGit(directory.path, 'ls-remote', app.urlFor('guess'));

    expect(answer.status).toBe(401);
    expect(answer.headers.get('www-authenticate')).toContain('Basic realm="signalbox"');
    expect(asked.output).toContain('could not read Username');
    expect(wrong.output).toContain('Authentication failed');
  });

  it('is to clone for readers, and to push for writers and administrators', async () => {
    await using directory = await temporaryDirectory();
    await using app = await startGuarded(directory.path);
    await using clone = await cloneFrom(app.urlFor('reading'));
    await clone.commit({ 'orders/production.yaml': 'db:\n  poolSize: 30\n' });

    const asReader = await clone.git('push');
    const asWriter = await clone.git('push', app.urlFor('writing'), 'main');
    await clone.commit({ 'orders/production.yaml': 'db:\n  poolSize: 31\n' });
    const bearer = ['-c', 'http.extraHeader=authorization: Bearer everything'];
    const asAdministrator = await clone.git(...bearer, 'push', `${app.url}${REPOSITORY}`, 'main');

    expect(asReader.code).not.toBe(0);
    expect(asReader.output).toContain('remote: shop may not push');
    expect([asWriter.code, asAdministrator.code]).toEqual([0, 0]);
    const audit = await app.get('/admin/audit', { authorization: 'Bearer everything' });
    const { entries } = ConfigAuditResponse.parse(await audit.json());
    expect(entries).toMatchObject([
      { actor: 'root', outcome: 'committed' },
      { actor: 'team', outcome: 'committed' },
      { actor: 'shop', service: '*', outcome: 'refused', code: 'auth/forbidden' },
    ]);
  });

  it('is not for whose role holds for some services only: a clone has them all', async () => {
    await using directory = await temporaryDirectory();
    await using app = await startGuarded(directory.path);

    const listed = await runGit(directory.path, 'ls-remote', app.urlFor('partly'));
    await using clone = await cloneFrom(app.urlFor('reading'));
    const pushed = await clone.git('push', app.urlFor('partly'), 'main:other');

    const why = 'its role holds for some services or environments, and the repository has all of them';
    expect(listed.output).toContain(
      `remote: orders-team may not clone: ${why}; GET /config/SERVICE/ENVIRONMENT reads one`,
    );
    expect(pushed.output).toContain(`remote: orders-team may not push: ${why}; POST /admin/update changes one`);
  });

  it('leaves no token in the log', async () => {
    await using directory = await temporaryDirectory();
    await using app = await startGuarded(directory.path);
    await using clone = await cloneFrom(app.urlFor('writing'));
    await clone.commit({ 'orders/production.yaml': 'password: hunter2\n' });
    await clone.git('push');

    expect(app.log.join('')).toContain('push committed');
    expect(app.log.join('')).not.toMatch(/writing|hunter/);
  });

  it('is for loopback hosts where there are no tokens', async () => {
    await using app = await startShop();

    const asked = ['-c', 'http.extraHeader=host: example.com', 'ls-remote', `${app.url}${REPOSITORY}`];

    expect((await runGit(app.dataDir, ...asked)).code).not.toBe(0);
  });
});

describe('a request that is none of the smart protocol', () => {
  const UPLOAD = { 'content-type': 'application/x-git-upload-pack-request' };
  const RECEIVE = { 'content-type': 'application/x-git-receive-pack-request' };
  const post = (url: string, body: Buffer<ArrayBuffer> | string, headers: Readonly<Record<string, string>>) =>
    fetch(url, { method: 'POST', body, headers });

  it('is answered with a problem', async () => {
    await using app = await startShop();
    const statusOf = async (path: string) => (await app.get(path)).status;

    expect(await statusOf(`${REPOSITORY}/info/refs`)).toBe(403);
    expect(await statusOf(`${REPOSITORY}/info/refs?service=git-upload-archive`)).toBe(403);
    for (const path of ['/HEAD', '/objects/info/packs', '/config', '/git-upload-pack', '/../audit.db', '']) {
      expect(await statusOf(REPOSITORY + path)).toBe(404);
    }
    expect(await statusOf('/git/other.git/info/refs?service=git-upload-pack')).toBe(404);
    const head = await fetch(`${app.url}${REPOSITORY}/info/refs?service=git-upload-pack`, { method: 'HEAD' });
    expect(head.status).toBe(404);
  });

  it('is refused for its type, for its encoding, and for what is no gzip', async () => {
    await using app = await startShop();
    const url = `${app.url}${REPOSITORY}/git-receive-pack`;

    const answers = await Promise.all([
      post(url, '0000', { 'content-type': 'text/plain' }),
      post(url, '0000', { ...RECEIVE, 'content-encoding': 'br' }),
      post(url, '0000', { ...RECEIVE, 'content-encoding': 'gzip' }),
    ]);

    expect(answers.map(({ status }) => status)).toEqual([415, 415, 400]);
    await expect(answers[2].json()).resolves.toMatchObject({ code: 'request/invalid' });
  });

  it('is refused for its size, which is that of what it is when it is not compressed', async () => {
    await using directory = await temporaryDirectory();
    await writeFiles(join(directory.path, 'seed'), SHOP);
    await using app = await startOn(directory.path, { maxPushBytes: 100_000 });
    const url = `${app.url}${REPOSITORY}/git-receive-pack`;

    const answers = await Promise.all([
      post(url.replace('receive', 'upload'), Buffer.alloc(400_001), UPLOAD),
      post(url, Buffer.alloc(5_000_000), RECEIVE),
      post(url, gzipSync(Buffer.alloc(50_000_000)), { ...RECEIVE, 'content-encoding': 'gzip' }),
    ]);

    expect(answers.map(({ status }) => status)).toEqual([413, 413, 413]);
    await expect(answers[0].json()).resolves.toMatchObject({ code: 'request/too-large' });
  });

  it('is nothing at a server of a remote repository', async () => {
    await using directory = await temporaryDirectory();
    await using origin = await startShop();
    await using app = await startOn(directory.path, { gitUrl: join(origin.dataDir, 'config.git') });

    expect((await app.get(`${REPOSITORY}/info/refs?service=git-upload-pack`)).status).toBe(404);
  });
});
