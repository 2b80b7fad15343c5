import { execFile } from 'node:child_process';
import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';

import { temporaryDirectory } from '@signalbox/testkit';

import { follow } from './follow.ts';
import { push, SHOP, startOn } from './start-app.ts';

const run = promisify(execFile);

/** A subscription outlives the time in which nothing has been fetched yet. */
async function untilLoaded(url: string): Promise<void> {
  await using socket = await follow(url);
  socket.say({ type: 'subscribe', service: 'orders', environment: 'production' });
  let message = await socket.next();
  while (message.type === 'problem') {
    message = await socket.next();
  }
}

describe('a remote repository', () => {
  it('is read and written, and when it is gone what was read last is served, across a restart too', async () => {
    await using directory = await temporaryDirectory();
    const gitUrl = join(directory.path, 'remote.git');
    const dataDir = join(directory.path, 'data');
    await run('git', ['init', '-q', '--bare', '--initial-branch=main', gitUrl]);
    await push(gitUrl, SHOP);
    const first = await startOn(dataDir, { gitUrl });
    await untilLoaded(first.url);

    const updated = await first.update({ service: 'orders', environment: 'production', set: { 'db.poolSize': 33 } });
    const { version } = (await updated.json()) as { version: string };
    const { stdout } = await run('git', ['-C', gitUrl, 'rev-parse', 'main']);
    await first.close();
    await rename(gitUrl, `${gitUrl}.gone`);
    await using second = await startOn(dataDir, { gitUrl });

    expect(stdout.trim()).toBe(version);
    const read = await second.get('/config/orders/production');
    await expect(read.json()).resolves.toMatchObject({ db: { poolSize: 33 } });
    const lost = await second.update({ service: 'orders', environment: 'production', set: { 'db.poolSize': 34 } });
    expect(lost.status).toBe(503);
    await expect(lost.json()).resolves.toMatchObject({ code: 'config/git-failed' });
  });
});
