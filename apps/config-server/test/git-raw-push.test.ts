import { describe, expect, it, vi } from 'vitest';

import { cloneFrom, pushBody, type RawMove, runGit } from './git-client.ts';
import { startShop } from './start-app.ts';

// Each test starts many processes, on a machine that may have two cores.
vi.setConfig({ testTimeout: 30_000 });

const MAIN = 'refs/heads/main';
const RECEIVE = { 'content-type': 'application/x-git-receive-pack-request' };

describe('a push that no git would make', () => {
  it('moves nothing when it moves a reference twice, of which the second move is not looked at', async () => {
    await using app = await startShop();
    const url = `${app.url}/git/config.git`;
    await using clone = await cloneFrom(url);
    const before = (await clone.git('rev-parse', 'HEAD')).output.trim();
    const valid = await clone.commit({ 'orders/production.yaml': 'db:\n  poolSize: 30\n' });
    const broken = await clone.commit({ 'orders/production.yaml': 'db:\n  poolSize: many\n' });
    const moves: readonly RawMove[] = [
      { reference: MAIN, before, after: valid },
      { reference: MAIN, before: valid, after: broken },
    ];

    const answer = await fetch(`${url}/git-receive-pack`, {
      method: 'POST',
      headers: RECEIVE,
      body: Uint8Array.from(await pushBody(clone, moves)),
    });

    expect(await answer.text()).toContain('refs/heads/main is moved twice');
    expect((await runGit(app.dataDir, 'ls-remote', url)).output).toBe(`${before}\tHEAD\n${before}\t${MAIN}\n`);
  });
});
