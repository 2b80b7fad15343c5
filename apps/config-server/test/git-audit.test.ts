import { describe, expect, it, vi } from 'vitest';

import { ConfigAuditResponse } from '@signalbox/schemas';

import { cloneFrom } from './git-client.ts';
import { type StartedApp, startShop } from './start-app.ts';

// Each test starts many processes, on a machine that may have two cores.
vi.setConfig({ testTimeout: 30_000 });

const urlOf = (app: StartedApp) => `${app.url}/git/config.git`;

async function auditOf(app: StartedApp): Promise<ConfigAuditResponse['entries']> {
  return ConfigAuditResponse.parse(await (await app.get('/admin/audit')).json()).entries;
}

describe('the audit of pushes', () => {
  it('tells per service who pushed what, which keys it changed and whom it reached', async () => {
    await using app = await startShop();
    await using clone = await cloneFrom(urlOf(app));
    const versionBefore = (await clone.git('rev-parse', 'HEAD')).output.trim();
    const versionAfter = await clone.commit({
      'common/production.yaml': 'logLevel: error\n',
      'orders/production.yaml': 'db:\n  poolSize: 30\n  password: hunter2\n',
    });
    await clone.git('push');

    const entries = await auditOf(app);

    const pair = (service: string) => ({ service, environment: 'production' });
    const told = { actor: 'anyone', action: 'push', outcome: 'committed', versionBefore, versionAfter };
    expect(entries).toHaveLength(2);
    expect(entries.toSorted((a, b) => (a.service < b.service ? -1 : 1))).toMatchObject([
      { ...told, service: 'common', pairs: [pair('orders'), pair('products')], pairCount: 2 },
      { ...told, service: 'orders', keys: ['db.password', 'db.poolSize', 'logLevel'], pairs: [pair('orders')] },
    ]);
    expect(JSON.stringify(entries)).not.toContain('hunter');
  });

  it('tells what was refused and why, and what changed no configuration', async () => {
    await using app = await startShop();
    await using clone = await cloneFrom(urlOf(app));
    await clone.commit({ 'README.md': 'Whom to ask\n' });
    await clone.git('push');
    await clone.commit({ 'orders/production.yaml': 'db:\n  poolSize: 101\n' });
    await clone.git('push');

    expect(await auditOf(app)).toMatchObject([
      {
        service: 'orders',
        outcome: 'refused',
        code: 'config/invalid',
        reason: 'orders/production.yaml:2: /db/poolSize must be <= 100 (orders/production)',
      },
      { service: '*', outcome: 'committed', keyCount: 0, pairCount: 0 },
    ]);
  });

  it('tells of every other branch and tag where it was and where it is, and nothing of what was refused with them', async () => {
    await using app = await startShop();
    await using clone = await cloneFrom(urlOf(app));
    const first = (await clone.git('rev-parse', 'HEAD')).output.trim();
    const second = await clone.commit({ 'orders/production.yaml': 'db:\n  poolSize: 30\n' });
    const sides = ['HEAD:refs/heads/side', 'HEAD:refs/tags/v1'];

    await clone.git('push', 'origin', 'main', `${first}:refs/heads/side`);
    await clone.git('push', '--force', 'origin', ...sides);
    await clone.git('push', 'origin', ':refs/heads/side');
    await clone.git('push', 'origin', ':main', 'HEAD:refs/heads/other');

    const entries = (await auditOf(app)).map((entry) => [
      entry.service,
      entry.reference,
      entry.versionBefore,
      entry.versionAfter,
      entry.outcome,
    ]);
    expect(entries[0]).toEqual(['*', undefined, undefined, undefined, 'refused']);
    expect(entries[1]).toEqual(['*', 'refs/heads/side', second, undefined, 'committed']);
    expect(entries.slice(2, 4)).toEqual(
      expect.arrayContaining([
        ['*', 'refs/heads/side', first, second, 'committed'],
        ['*', 'refs/tags/v1', undefined, second, 'committed'],
      ]),
    );
    expect(entries.slice(4)).toEqual(
      expect.arrayContaining([
        ['*', 'refs/heads/side', undefined, first, 'committed'],
        ['orders', undefined, first, second, 'committed'],
      ]),
    );
    expect(entries).toHaveLength(6);
  });

  it('tells apart what Git moved and what it did not, of a push that it took a part of', async () => {
    await using app = await startShop();
    await using clone = await cloneFrom(urlOf(app));
    await clone.commit({ 'README.md': 'Whom to ask\n' });

    const pushed = await clone.git('push', 'origin', 'main', 'HEAD:refs/heads/main/below');

    expect(pushed.output).toContain("cannot lock ref 'refs/heads/main/below'");
    expect(await auditOf(app)).toMatchObject([
      { reference: 'refs/heads/main/below', outcome: 'refused', code: 'config/conflict' },
      { service: '*', outcome: 'committed' },
    ]);
  });
});
