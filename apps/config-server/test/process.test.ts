import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, expect, it, vi } from 'vitest';

import { temporaryDirectory } from '@signalbox/testkit';

import { follow } from './follow.ts';
import { launch, listening } from './launch.ts';
import { SHOP, writeFiles } from './start-app.ts';

// Each test starts processes, several of them at once on a machine that may have two cores.
vi.setConfig({ testTimeout: 30_000 });

async function refusalOf(process: ReturnType<typeof launch>): Promise<{ code: unknown; line: string }> {
  process.stdout.resume();
  const [line, [code]] = await Promise.all([text(process.stderr), once(process, 'exit') as Promise<[unknown]>]);
  return { code, line };
}

describe('the process', () => {
  it('has its data directory to itself, and ends promptly with sockets open', async () => {
    await using directory = await temporaryDirectory();
    const seedDir = join(directory.path, 'seed');
    await writeFiles(seedDir, SHOP);
    const dataDir = join(directory.path, 'data');
    const first = launch(dataDir, { SIGNALBOX_SEED_DIR: seedDir });
    const url = await listening(first);
    await using socket = await follow(url);
    socket.say({ type: 'subscribe', service: 'orders', environment: 'production' });
    await socket.next();

    const refusal = await refusalOf(launch(dataDir));

    expect(refusal.code).toBe(1);
    expect(refusal.line).toBe(`config-server: the data directory ${dataDir} is in use by process ${first.pid}\n`);
    const exited = once(first, 'exit');
    first.kill('SIGTERM');
    // What does not close in time ends with 1.
    await expect(exited).resolves.toEqual([0, null]);
  });

  it('gives notice when it is told to stop: not ready, and answering all the same', async () => {
    await using directory = await temporaryDirectory();
    const seedDir = join(directory.path, 'seed');
    await writeFiles(seedDir, SHOP);
    const settings = { SIGNALBOX_SEED_DIR: seedDir, SIGNALBOX_DRAIN_NOTICE_MS: '3000' };
    const server = launch(join(directory.path, 'data'), settings);
    const url = await listening(server);
    const statusOf = async (path: string) => (await fetch(`${url}${path}`)).status;
    const exited = once(server, 'exit');

    server.kill('SIGTERM');

    await expect.poll(() => statusOf('/health/ready')).toBe(503);
    expect(await statusOf('/config/orders/production')).toBe(200);
    await expect(exited).resolves.toEqual([0, null]);
    await expect(statusOf('/health/ready')).rejects.toThrow('fetch failed');
  });

  it('says in one line that git is missing, and which setting is wrong', async () => {
    await using directory = await temporaryDirectory();
    const [withoutGit, wrong] = await Promise.all([
      refusalOf(launch(directory.path, { PATH: '/nowhere' })),
      refusalOf(launch(directory.path, { SIGNALBOX_FETCH_INTERVAL_MS: 'soon' })),
    ]);

    expect(withoutGit).toEqual({
      code: 1,
      line: 'config-server: git was not found: install it, or put it on the PATH\n',
    });
    expect(wrong.line).toMatch(/^config-server: SIGNALBOX_FETCH_INTERVAL_MS: [^\n]+\n$/);
  });
});
