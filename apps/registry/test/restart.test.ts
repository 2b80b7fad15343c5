import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

import { UnavailableError } from '@signalbox/service-runtime';
import { FakeClock, temporaryDirectory } from '@signalbox/testkit';

import { RunningRegistry } from './running-registry.ts';

/** Stands in for a disk that takes nothing. */
const FULL_DISK = `create trigger full before update on epoch begin select raise(abort, 'disk is full'); end`;

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));

describe('a restart with the data directory', () => {
  it('keeps registrations and overrides, and revisions go on from higher up', async () => {
    await using directory = await temporaryDirectory();
    const settings = { dataDir: directory.path };
    const before = await RunningRegistry.start(settings);
    await before.register('o1', { tags: ['a'] });
    await before.register('o2');
    await before.ask('PUT', '/api/v1/services/orders/instances/o2/status', { body: { status: 'out-of-service' } });
    const { revision, instances } = await before.list();
    await before.close();

    await using after = await RunningRegistry.start(settings);

    const found = await after.list();
    expect(found.instances).toEqual(instances);
    expect(found.instances.map(({ status }) => status)).toEqual(['up', 'out-of-service']);
    expect(found.revision).toBeGreaterThan(revision);
  });

  it('gives every lease its full TTL', async () => {
    const clock = new FakeClock();
    await using directory = await temporaryDirectory();
    const settings = { dataDir: directory.path };
    const before = await RunningRegistry.start(settings, clock);
    await before.register('o1', { ttlMs: 30_000 });
    await clock.advance(20_000);
    await before.close();
    await clock.advance(3_600_000);

    await using after = await RunningRegistry.start(settings, clock);

    await clock.advance(29_000);
    expect((await after.list()).instances).toHaveLength(1);
    await clock.advance(2_000);
    expect((await after.list()).instances).toHaveLength(0);
  });

  it('ends a long poll from before at once', async () => {
    await using directory = await temporaryDirectory();
    const settings = { dataDir: directory.path };
    const before = await RunningRegistry.start(settings);
    const { revision } = await before.list();
    await before.close();

    await using after = await RunningRegistry.start(settings);

    expect((await after.list('orders', `?revision=${revision}&wait=5m`)).revision).toBeGreaterThan(revision);
  });

  it('refuses a data directory that another registry holds', async () => {
    await using directory = await temporaryDirectory();
    await using holder = await RunningRegistry.start({ dataDir: directory.path });

    await expect(RunningRegistry.start({ dataDir: directory.path })).rejects.toThrow('is in use by');
    expect(await holder.ask('GET', '/health/ready')).toMatchObject({ status: 200 });
  });
});

describe('a database that can not be used', () => {
  it.each([
    ['is none', (file: string) => writeFile(file, 'x'.repeat(5_000)), 'file is not a database'],
    ['lacks a table', (file: string) => execute(file, 'drop table epoch'), 'no such table: epoch'],
    [
      'holds a registration that can not be read',
      (file: string) => execute(file, `insert into instance values ('s', 'i', '{', '2026-01-01', 0, null, '[]')`),
      'JSON',
    ],
    ['refuses every write', (file: string) => execute(file, FULL_DISK), 'disk is full'],
  ])('ends the start with a line that names it when it %s', async (_what, damage, reason) => {
    await using directory = await temporaryDirectory();
    const settings = { dataDir: directory.path };
    await (await RunningRegistry.start(settings)).close();
    const file = join(directory.path, 'registry.db');
    await damage(file);

    const starting = RunningRegistry.start(settings);

    await expect(starting).rejects.toBeInstanceOf(UnavailableError);
    await expect(starting).rejects.toThrow(new RegExp(`^the database ${file} can not be used: .*${reason}`));
  });
});

describe('an empty data directory', () => {
  it('begins at revisions that a client of another registry is told apart by', async () => {
    await using one = await temporaryDirectory();
    await using two = await temporaryDirectory();
    await using first = await RunningRegistry.start({ dataDir: one.path });
    await using second = await RunningRegistry.start({ dataDir: two.path });

    const epochOf = ({ revision }: { revision: number }) => Math.floor(revision / 2 ** 32);

    expect(epochOf(await first.list())).not.toBe(epochOf(await second.list()));
  });
});

describe('a registry killed at any moment', () => {
  it('finds every registration again that it acknowledged', { timeout: 20_000 }, async () => {
    await using directory = await temporaryDirectory();
    const registry = await spawnRegistry(directory.path);
    const acknowledged: string[] = [];
    const registering = Array.from({ length: 8 }, (_, lane) => registerOn(registry.url, lane, acknowledged));
    while (acknowledged.length < 100) {
      await fetch(`${registry.url}/health/live`);
    }

    registry.child.kill('SIGKILL');
    await once(registry.child, 'exit');
    await Promise.all(registering);

    await using after = await RunningRegistry.start({ dataDir: directory.path });
    const found = new Set((await after.list()).instances.map(({ id }) => id));
    expect(acknowledged.filter((id) => !found.has(id))).toEqual([]);
  });
});

function execute(file: string, sql: string): Promise<void> {
  using database = new DatabaseSync(file);
  database.exec(sql);
  return Promise.resolve();
}

/** Registers one instance after the other until the registry is gone. */
async function registerOn(url: string, lane: number, acknowledged: string[]): Promise<void> {
  for (let i = 0; ; i++) {
    const id = `o${lane}-${i}`;
    const answer = await fetch(`${url}/api/v1/services/orders/instances/${id}`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ address: '127.0.0.1', port: 8_080, ttlMs: 600_000 }),
    }).catch(() => undefined);
    if (answer?.status !== 201) {
      return;
    }
    acknowledged.push(id);
  }
}

async function spawnRegistry(dataDir: string): Promise<{ readonly child: ChildProcess; readonly url: string }> {
  const child = spawn(process.execPath, ['--conditions=@signalbox/source', main], {
    env: { ...process.env, SIGNALBOX_DATA_DIR: dataDir, SIGNALBOX_PORT: '0' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let log = '';
  for await (const chunk of child.stdout) {
    log += String(chunk);
    const url = /listening on (http:[^"\s]+)/.exec(log)?.[1];
    if (url !== undefined) {
      return { child, url };
    }
  }
  throw new Error(`the registry did not start: ${log}`);
}
