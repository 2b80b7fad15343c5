import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';

import { ConfigAuditResponse } from '@signalbox/schemas';
import { temporaryDirectory } from '@signalbox/testkit';

import { SHOP, type StartedApp, startOn, startShop, writeFiles } from './start-app.ts';

const sha256 = (token: string) => createHash('sha256').update(token).digest('hex');

async function auditOf(app: Pick<StartedApp, 'get'>, query = '', token?: string): Promise<ConfigAuditResponse> {
  const response = await app.get(
    `/admin/audit${query}`,
    token === undefined ? {} : { authorization: `Bearer ${token}` },
  );
  return ConfigAuditResponse.parse(await response.json());
}

const outcomesOf = ({ entries }: ConfigAuditResponse) => entries.map(({ outcome }) => outcome);

/** Stands in for a disk that takes nothing: what is read is still there. */
function fillDisk(dataDir: string): void {
  using database = new DatabaseSync(join(dataDir, 'audit.db'));
  database.exec(`create trigger full before insert on audit_entry begin select raise(abort, 'no room'); end`);
}

function makeRoom(dataDir: string): void {
  using database = new DatabaseSync(join(dataDir, 'audit.db'));
  database.exec('drop trigger full');
}

describe('GET /admin/audit', () => {
  it('tells who changed which keys of what, from which version to which', async () => {
    await using app = await startShop();
    const before = (await app.get('/config/orders/production')).headers.get('signalbox-version');

    const response = await app.update({
      service: 'orders',
      environment: 'production',
      set: { 'db.poolSize': 41, 'db.password': 'hunter2' },
      unset: ['debug'],
      author: { name: 'Ada', email: 'ada@example.com' },
    });
    const { version } = (await response.json()) as { version: string };

    const { entries } = await auditOf(app);
    expect(entries).toEqual([
      {
        id: expect.any(String) as unknown,
        time: expect.any(String) as unknown,
        actor: 'anyone',
        author: { name: 'Ada', email: 'ada@example.com' },
        action: 'update',
        service: 'orders',
        environment: 'production',
        keys: ['db.poolSize', 'db.password', 'debug'],
        keyCount: 3,
        outcome: 'committed',
        versionBefore: before,
        versionAfter: version,
      },
    ]);
  });

  it('tells what was refused and why, what changed nothing and what was only tried, newest first', async () => {
    await using app = await startShop();
    const change = { service: 'orders', environment: 'production' };
    await app.update({ ...change, set: { 'db.poolSize': 0 } });
    await app.update({ ...change, set: { 'db.poolSize': 20 } });
    await app.update({ ...change, set: { 'db.poolSize': 30 }, dryRun: true });

    const audit = await auditOf(app);

    expect(outcomesOf(audit)).toEqual(['dry-run', 'unchanged', 'refused']);
    expect(audit.entries[2]).toMatchObject({
      code: 'config/invalid',
      reason: expect.stringContaining('/db/poolSize must be >= 1') as unknown,
    });
  });

  it('names the keys whose effective value a replaced file changed', async () => {
    await using app = await startShop();

    await app.update({
      service: 'orders',
      file: { path: 'orders/default.yaml', content: 'db: { poolSize: 6, host: h }\n' },
    });

    const { entries } = await auditOf(app);
    expect(entries[0]).toMatchObject({ file: 'orders/default.yaml', keys: ['db.host', 'db.poolSize'] });
  });

  it('holds no value that was ever set, whatever became of it', async () => {
    await using app = await startShop();
    await app.update({
      service: 'orders',
      environment: 'production',
      set: { 'db.password': 'hunter2', 'db.poolSize': 5 },
    });
    await app.update({ service: 'orders', environment: 'production', set: { 'db.poolSize': 'hunter3' } });
    await app.update({ service: 'orders', file: { path: 'orders/production.yaml', content: 'password: [hunter4\n' } });

    const text = await (await app.get('/admin/audit')).text();

    expect(outcomesOf(await auditOf(app))).toEqual(['refused', 'refused', 'committed']);
    expect(text).not.toContain('hunter');
  });

  it('is read page by page, by service and by environment', async () => {
    await using app = await startShop();
    for (const poolSize of [1, 2, 3]) {
      await app.update({ service: 'orders', environment: 'production', set: { 'db.poolSize': poolSize } });
    }
    await app.update({ service: 'products', set: { 'page.size': 11 } });

    const first = await auditOf(app, '?service=orders&environment=production&limit=2');
    const second = await auditOf(app, `?service=orders&environment=production&limit=2&before=${first.next ?? ''}`);

    expect(first.entries).toHaveLength(2);
    expect(second.entries).toHaveLength(1);
    expect(second.next).toBeUndefined();
    expect(new Set([...first.entries, ...second.entries].map(({ service }) => service))).toEqual(new Set(['orders']));
    expect((await app.get('/admin/audit?limit=101')).status).toBe(400);
  });

  it('is for administrators, and tells whom it refused', async () => {
    await using directory = await temporaryDirectory();
    const tokensFile = join(directory.path, 'tokens.json');
    const tokens = [
      { name: 'team', sha256: sha256('writing'), role: 'writer', services: ['orders'], environments: ['development'] },
      { name: 'root', sha256: sha256('everything'), role: 'admin' },
    ];
    await writeFile(tokensFile, JSON.stringify(tokens));
    await writeFiles(join(directory.path, 'seed'), SHOP);
    await using app = await startOn(directory.path, { tokensFile });
    const update = (token: string, environment: string) =>
      fetch(`${app.url}/admin/update`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: JSON.stringify({ service: 'orders', environment, set: { a: 1 } }),
      });
    await update('guess', 'production');
    await update('writing', 'production');
    await update('everything', 'production');

    expect((await app.get('/admin/audit', { authorization: 'Bearer writing' })).status).toBe(403);
    const { entries } = await auditOf(app, '?actor=team', 'everything');
    expect(entries).toMatchObject([
      { actor: 'team', outcome: 'refused', code: 'auth/forbidden', reason: 'team may not write orders/production' },
    ]);
    expect((await auditOf(app, '', 'everything')).entries).toHaveLength(2);
  });

  it('is still there after a restart', async () => {
    await using directory = await temporaryDirectory();
    await writeFiles(join(directory.path, 'seed'), SHOP);
    const before = await startOn(directory.path);
    await before.update({ service: 'orders', set: { a: 1 } });
    const audit = await auditOf(before);
    await before.close();

    await using after = await startOn(directory.path);

    await expect(auditOf(after)).resolves.toEqual(audit);
  });
});

describe('an audit that can not be written', () => {
  it('stops every change before it is made, no read, and recovers by itself', async () => {
    await using app = await startShop();
    const head = (await app.get('/config/orders/production')).headers.get('signalbox-version');
    fillDisk(app.dataDir);

    const refused = await app.update({ service: 'orders', environment: 'production', set: { 'db.poolSize': 42 } });

    expect(refused.status).toBe(503);
    await expect(refused.json()).resolves.toMatchObject({ code: 'config/audit-unavailable' });
    const read = await app.get('/config/orders/production');
    expect(read.status).toBe(200);
    expect(read.headers.get('signalbox-version')).toBe(head);
    expect((await app.get('/health/ready')).status).toBe(200);
    expect((await app.get('/admin/audit')).status).toBe(200);
    makeRoom(app.dataDir);
    expect((await app.update({ service: 'orders', set: { a: 1 } })).status).toBe(200);
  });

  it('ends the start with a line that names it', async () => {
    await using directory = await temporaryDirectory();
    await writeFile(join(directory.path, 'audit.db'), 'x'.repeat(5_000));
    await writeFiles(join(directory.path, 'seed'), SHOP);

    await expect(startOn(directory.path)).rejects.toThrow(
      `the database ${join(directory.path, 'audit.db')} can not be used: file is not a database`,
    );
  });
});
