import { describe, expect, it, vi } from 'vitest';

import { cloneFrom, type GitClone, pushBody, type RawMove, runGit } from './git-client.ts';
import { startShop, writeFiles } from './start-app.ts';

// Each test starts many processes, on a machine that may have two cores.
vi.setConfig({ testTimeout: 30_000 });

const MAIN = 'refs/heads/main';
const RECEIVE = { 'content-type': 'application/x-git-receive-pack-request' };

describe('a push of what is small when it is compressed', () => {
  it.each([
    ['commit', largeCommit],
    ['tree', commitOfLargeTree],
  ] as const)('is refused for a %s that Git would hold in memory whenever it is met', async (kind, make) => {
    await using app = await startShop();
    const url = `${app.url}/git/config.git`;
    await using clone = await cloneFrom(url);
    const large = await make(clone);

    const pushed = await clone.git('push', 'origin', `${large}:refs/heads/side`);

    expect(pushed.output).toMatch(new RegExp(`remote: ${kind} [0-9a-f]{40} has \\d+ bytes, more than 8388608`));
    expect((await runGit(app.dataDir, 'ls-remote', url)).output).not.toContain('side');
  });
});

/** Of a message that is nine megabytes long. */
async function largeCommit(clone: GitClone): Promise<string> {
  await writeFiles(clone.path, { message: 'a'.repeat(9_000_000) });
  return (await clone.git('commit-tree', '-F', 'message', 'HEAD^{tree}')).output.trim();
}

/** Of names that are two hundred characters long. */
async function commitOfLargeTree(clone: GitClone): Promise<string> {
  const blob = (await clone.git('rev-parse', 'HEAD:orders/production.yaml')).output.trim();
  const entries = Array.from({ length: 40_000 }, (_, i) => `100644 blob ${blob}\t${String(i).padStart(200, '0')}\n`);
  await writeFiles(clone.path, { entries: entries.join('') });
  const tree = (await clone.git('-c', 'alias.tree=!git mktree < entries', 'tree')).output.trim();
  return (await clone.git('commit-tree', '-m', 'large', tree)).output.trim();
}

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
