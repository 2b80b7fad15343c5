import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { openDatabase, Ownership } from '@signalbox/database';
import { UnavailableError } from '@signalbox/service-runtime';
import { freePort } from '@signalbox/testkit';
import { type ServiceContainer, startPostgres } from '@signalbox/testkit/containers';

import { SqlStore } from '../src/store/sql-store.ts';
import { describeRegistrationStore } from './registration-store.conformance.ts';
import { RunningRegistry } from './running-registry.ts';

let postgres: ServiceContainer;

beforeAll(async () => {
  postgres = await startPostgres();
});

afterAll(async () => {
  await postgres[Symbol.asyncDispose]();
});

/** What an operator does at the database, beside the registry. */
async function execute(statement: string): Promise<void> {
  const location = { kind: 'postgres', url: postgres.url } as const;
  const database = await openDatabase(location, { schema: 'operator', migrations: {} });
  await sql.raw(statement).execute(database);
  await database.destroy();
}

const forgetEverything = () => execute('drop schema if exists signalbox_registry cascade');

const dropSessions = () =>
  execute("select pg_terminate_backend(pid, 10000) from pg_stat_activity where application_name like 'signalbox_%'");

function startOnPostgres(): Promise<RunningRegistry> {
  return RunningRegistry.start({ databaseUrl: postgres.url });
}

async function checkOf(registry: RunningRegistry, path: string, check: string): Promise<unknown> {
  const { status, body } = await registry.ask('GET', path);
  const { checks } = body as { checks: Record<string, { status: string }> };
  return { answer: status, status: checks[check]?.status };
}

describeRegistrationStore('SqlStore on Postgres', async () => {
  await forgetEverything();
  return {
    open: () => SqlStore.open({ kind: 'postgres', url: postgres.url }, { ownership: new Ownership() }),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
});

describe('a registry on Postgres', () => {
  it('finds registrations and overrides again, at a higher revision', async () => {
    await forgetEverything();
    const before = await startOnPostgres();
    await before.register('o1', { tags: ['a'] });
    await before.register('o2');
    await before.ask('PUT', '/api/v1/services/orders/instances/o2/status', { body: { status: 'out-of-service' } });
    const { revision, instances } = await before.list();
    await before.close();

    await using after = await startOnPostgres();

    const found = await after.list();
    expect(found.instances).toEqual(instances);
    expect(found.instances.map(({ status }) => status)).toEqual(['up', 'out-of-service']);
    expect(found.revision).toBeGreaterThan(revision);
  });

  it('does not start beside another, and says whose the database is, without its password', async () => {
    await forgetEverything();
    await using first = await startOnPostgres();
    const { host, password } = new URL(postgres.url);

    const second = startOnPostgres();

    await expect(second).rejects.toBeInstanceOf(UnavailableError);
    await expect(second).rejects.toThrow(
      `the database postgres://${host}/signalbox can not be used: another process owns it: session `,
    );
    await expect(second).rejects.not.toThrow(password);
    await expect(first.register('o1')).resolves.toMatchObject({ status: 201 });
  });

  it('says in one line that the database is away when it starts, without its password', async () => {
    const port = await freePort();

    const starting = RunningRegistry.start({ databaseUrl: `postgres://me:hunter2@127.0.0.1:${port}/signalbox` });

    await expect(starting).rejects.toThrow(
      new UnavailableError(
        `the database postgres://127.0.0.1:${port}/signalbox can not be used: ` +
          `the database can not be reached (connect ECONNREFUSED 127.0.0.1:${port})`,
      ),
    );
  });

  it.each([
    ['stopped', () => postgres.stop(), () => postgres.start()],
    ['hanging', () => postgres.pause(), () => postgres.unpause()],
  ])('reads on and refuses changes while the database is %s, and recovers by itself', async (_what, end, mend) => {
    await forgetEverything();
    await using registry = await startOnPostgres();
    await registry.register('o1');

    await end();
    const [refused, { instances }] = await Promise.all([registry.register('o2'), registry.list()]);

    expect(refused).toMatchObject({ status: 503, body: { code: 'registry/storage-unavailable' } });
    expect(JSON.stringify(refused.body)).not.toContain(new URL(postgres.url).port);
    expect(instances.map(({ id }) => id)).toEqual(['o1']);
    await expect(registry.ask('PUT', '/api/v1/services/orders/instances/o1/lease')).resolves.toMatchObject({
      status: 200,
    });
    await expect
      .poll(() => checkOf(registry, '/health/detailed', 'storage'), { timeout: 20_000 })
      .toEqual({
        answer: 200,
        status: 'fail',
      });
    await expect(checkOf(registry, '/health/ready', 'ownership')).resolves.toEqual({ answer: 200, status: 'pass' });
    await mend();
    await expect.poll(async () => (await registry.register('o2')).status, { timeout: 20_000 }).toBe(201);
    await expect
      .poll(() => checkOf(registry, '/health/detailed', 'storage'), { timeout: 20_000 })
      .toEqual({
        answer: 200,
        status: 'pass',
      });
  });

  it('goes on with the next change when its session was dropped', async () => {
    await forgetEverything();
    await using registry = await startOnPostgres();
    await dropSessions();

    await expect.poll(async () => (await registry.register('o1')).status).toBe(201);
  });

  it('stores nothing more and is not ready once another registry has taken the database', async () => {
    await forgetEverything();
    await using deposed = await startOnPostgres();
    await deposed.register('o1');
    await dropSessions();
    await using successor = await startOnPostgres();
    await successor.register('o2');

    const refused = await deposed.register('o3');

    expect(refused).toMatchObject({ status: 503, body: { code: 'registry/storage-unavailable' } });
    await expect
      .poll(() => checkOf(deposed, '/health/ready', 'ownership'), { timeout: 20_000 })
      .toEqual({
        answer: 503,
        status: 'fail',
      });
    const { instances } = await successor.list();
    expect(instances.map(({ id }) => id)).toEqual(['o1', 'o2']);
    await expect(successor.ask('GET', '/health/ready')).resolves.toMatchObject({ status: 200 });
  });
});
