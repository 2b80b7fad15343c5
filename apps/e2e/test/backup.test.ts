import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';

import { temporaryDirectory } from '@signalbox/testkit';

import { keepWriting } from '../src/acknowledged/acknowledgements.ts';
import { ConfigurationWrites } from '../src/acknowledged/configuration-writes.ts';
import { RegistryWrites } from '../src/acknowledged/registry-writes.ts';
import { Platform } from '../src/platform.ts';
import { WorkingCopy } from '../src/working-copy.ts';

const run = promisify(execFile);
const SCRIPT = join(import.meta.dirname, '..', '..', '..', 'docker', 'backup.mjs');
const SERVERS = ['config-server', 'registry'] as const;
/** Of each server, before the backup and while it is made. */
const WRITES = 8;
/** Of the writes of meanwhile, that those of before stay apart from. */
const MEANWHILE = 1_000;
/** Two platforms start and stop, one after the other. */
const TIMEOUT_MS = 180_000;

const backUp = async (data: string, target: string) => await run(process.execPath, [SCRIPT, data, target]);

/** Writes to both servers, one after the other, until it is stopped. */
class Writers {
  readonly configuration: ConfigurationWrites;
  readonly registry: RegistryWrites;
  readonly #stop = new AbortController();
  readonly #writing: readonly Promise<void>[];

  constructor(platform: Platform, firstIndex: number) {
    this.configuration = new ConfigurationWrites(platform);
    this.registry = new RegistryWrites(platform);
    this.#writing = [this.configuration, this.registry].map((writes) =>
      keepWriting((index) => writes.write(firstIndex + index), this.#stop.signal),
    );
  }

  async more(writes: number): Promise<void> {
    await Promise.all([this.configuration, this.registry].map(({ acknowledgements }) => acknowledgements.more(writes)));
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await Promise.all(this.#writing);
  }
}

async function pushBrokenOrders(platform: Platform): Promise<string> {
  await using copy = await WorkingCopy.clone(platform.repository);
  const commit = await copy.push({ 'orders/production.yaml': 'maxItems: none\n' }, 'Break orders');
  await platform.served('web', await copy.push({ 'web/production.yaml': 'title: After it\n' }, 'Rename the shop'));
  return commit;
}

async function writeBefore(platform: Platform): Promise<Writers> {
  const writers = new Writers(platform, 0);
  await writers.more(WRITES);
  await writers.stop();
  return writers;
}

/** Both servers, each into a directory of its own, while they are written to. */
async function backUpUnderWrites(platform: Platform, backups: string): Promise<void> {
  const writers = new Writers(platform, MEANWHILE);
  await writers.more(1);
  for (const server of SERVERS) {
    await backUp(join(platform.fleet.options.dataDirectory, server), join(backups, server));
  }
  await writers.more(WRITES);
  await writers.stop();
}

describe('a backup of servers that run', { timeout: TIMEOUT_MS }, () => {
  it('brings an empty stack to where the old one was', async () => {
    await using backups = await temporaryDirectory();
    const emptyDirectory = await mkdtemp(join(tmpdir(), 'signalbox-restored-'));
    await using old = await Platform.start();
    const broken = await pushBrokenOrders(old);
    const before = await writeBefore(old);

    await backUpUnderWrites(old, backups.path);
    await old.fleet.stop();
    await cp(backups.path, emptyDirectory, { recursive: true });
    await using restored = await Platform.start({ launch: { dataDirectory: emptyDirectory } });

    expect(await before.configuration.lost(restored)).toEqual([]);
    expect(await before.registry.lost(restored)).toEqual([]);
    expect(await restored.getJson('config', '/admin/problems')).toMatchObject({
      problems: [{ commit: broken, pairs: [{ service: 'orders' }] }],
    });
    expect(await restored.getJson('config', '/config/orders/production')).toMatchObject({ maxItems: 50 });
    const { status } = await restored.update({ service: 'web', environment: 'production', set: { title: 'Back' } });
    expect(status).toBe(200);
  });

  it('keeps from pushers what the old repository kept from them', async () => {
    await using backups = await temporaryDirectory();
    await using platform = await Platform.startWithEcho([]);

    await backUp(join(platform.fleet.options.dataDirectory, 'config-server'), join(backups.path, 'copy'));

    const config = await readFile(join(backups.path, 'copy', 'config.git', 'config'), 'utf8');
    expect(config).toContain('hideRefs = refs/signalbox');
    expect(config).not.toContain('remote');
  });
});

describe('a backup that can not be made', () => {
  it('is refused where there is one already, or nothing to copy', async () => {
    await using directory = await temporaryDirectory();
    const { path } = directory;
    await mkdir(join(path, 'taken'));

    await expect(backUp(path, join(path, 'taken'))).rejects.toThrow(/taken is there already/);
    await expect(backUp(path, join(path, 'new'))).rejects.toThrow(/has none of config\.git, audit\.db, registry\.db/);
    await expect(run(process.execPath, [SCRIPT])).rejects.toThrow(/DATA_DIRECTORY BACKUP_DIRECTORY/);
    expect(await readdir(path)).toEqual(['taken']);
  });

  it('leaves nothing behind that looks like one', async () => {
    await using directory = await temporaryDirectory();
    const { path } = directory;
    await mkdir(join(path, 'data', 'config.git'), { recursive: true });

    await expect(backUp(join(path, 'data'), join(path, 'copy'))).rejects.toThrow(/config\.git/);
    expect(await readdir(path)).not.toContain('copy');
  });
});
