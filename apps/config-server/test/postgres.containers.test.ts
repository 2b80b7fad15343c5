import { sql } from 'kysely';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { openDatabase } from '@signalbox/database';
import { ConfigAuditResponse } from '@signalbox/schemas';
import { freePort, temporaryDirectory } from '@signalbox/testkit';
import { type ServiceContainer, startPostgres } from '@signalbox/testkit/containers';

import { SqlAuditStore } from '../src/audit/sql-audit-store.ts';
import { describeAuditStore } from './audit-store.conformance.ts';
import { SHOP, type StartedApp, startOn, writeFiles } from './start-app.ts';

let postgres: ServiceContainer;

beforeAll(async () => {
  postgres = await startPostgres();
});

afterAll(async () => {
  await postgres[Symbol.asyncDispose]();
});

async function forgetEverything(): Promise<void> {
  const location = { kind: 'postgres', url: postgres.url } as const;
  const database = await openDatabase(location, { schema: 'operator', migrations: {} });
  await sql.raw('drop schema if exists signalbox_config_server cascade').execute(database);
  await database.destroy();
}

async function startOnPostgres(dataDir: string): Promise<StartedApp> {
  await writeFiles(join(dataDir, 'seed'), SHOP);
  return await startOn(dataDir, { databaseUrl: postgres.url });
}

async function outcomesOf(app: StartedApp): Promise<string[]> {
  const { entries } = ConfigAuditResponse.parse(await (await app.get('/admin/audit')).json());
  return entries.map(({ outcome }) => outcome);
}

async function auditHealthOf(app: StartedApp): Promise<unknown> {
  const { checks } = (await (await app.get('/health/detailed')).json()) as { checks: { audit: { status: string } } };
  return checks.audit.status;
}

const setting = (key: string) => ({ service: 'orders', environment: 'production', set: { [key]: 1 } });

describeAuditStore('SqlAuditStore on Postgres', async () => {
  await forgetEverything();
  return {
    open: () => SqlAuditStore.open({ kind: 'postgres', url: postgres.url }),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
});

describe('a config-server on Postgres', () => {
  it('keeps the audit across a restart, and shares it with others', async () => {
    await forgetEverything();
    await using one = await temporaryDirectory();
    await using two = await temporaryDirectory();
    const before = await startOnPostgres(one.path);
    await before.update(setting('a'));
    await before.close();

    const [again, other] = await Promise.all([startOnPostgres(one.path), startOnPostgres(two.path)]);
    await Promise.all([again.update(setting('b')), other.update(setting('b'))]);

    await expect(outcomesOf(again)).resolves.toEqual(['committed', 'committed', 'committed']);
    await Promise.all([again.close(), other.close()]);
  });

  it.each([
    ['stopped', () => postgres.stop(), () => postgres.start()],
    ['hanging', () => postgres.pause(), () => postgres.unpause()],
  ])('serves configuration and refuses changes while the database is %s, and recovers', async (_what, end, mend) => {
    await forgetEverything();
    await using directory = await temporaryDirectory();
    await using app = await startOnPostgres(directory.path);
    await app.update(setting('a'));

    await end();
    const [refused, read] = await Promise.all([app.update(setting('b')), app.get('/config/orders/production')]);

    expect(refused.status).toBe(503);
    const problem = await refused.text();
    expect(JSON.parse(problem)).toMatchObject({ code: 'config/audit-unavailable' });
    expect(problem).not.toContain(new URL(postgres.url).port);
    expect(read.status).toBe(200);
    await expect(read.json()).resolves.not.toHaveProperty('b');
    await expect.poll(() => auditHealthOf(app), { timeout: 20_000 }).toBe('fail');
    expect((await app.get('/health/ready')).status).toBe(200);
    await mend();
    await expect.poll(async () => (await app.update(setting('c'))).status, { timeout: 20_000 }).toBe(200);
    await expect.poll(() => auditHealthOf(app), { timeout: 20_000 }).toBe('pass');
    const outcomes = await outcomesOf(app);
    expect(outcomes[0]).toBe('committed');
    expect(outcomes.at(-1)).toBe('committed');
    expect(app.log.join('')).not.toContain(new URL(postgres.url).password);
  });

  it('says in one line that the database is away when it starts, without its password', async () => {
    await using directory = await temporaryDirectory();
    await writeFiles(join(directory.path, 'seed'), SHOP);
    const port = await freePort();

    const starting = startOn(directory.path, { databaseUrl: `postgres://me:hunter2@127.0.0.1:${port}/signalbox` });

    await expect(starting).rejects.toThrow(
      `the database postgres://127.0.0.1:${port}/signalbox can not be used: ` +
        `the database can not be reached (connect ECONNREFUSED 127.0.0.1:${port})`,
    );
  });
});
