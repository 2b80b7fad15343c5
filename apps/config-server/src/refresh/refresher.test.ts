import { describe, expect, it } from 'vitest';

import { FakeClock } from '@signalbox/testkit';

import { InMemorySource } from '../../test/in-memory-source.ts';
import { CommitTrees } from './commit-trees.ts';
import { type Refreshed, Refresher } from './refresher.ts';

const ORDERS = { service: 'orders', environment: 'production' };
const PRODUCTS = { service: 'products', environment: 'production' };
const SHOP = {
  'common/default.yaml': 'level: info\n',
  'orders/production.yaml': 'a: 1\n',
  'products/production.yaml': 'b: 1\n',
};
const POSITIVE_A = JSON.stringify({ properties: { a: { type: 'integer', minimum: 1 } } });

function createRefresher(source: InMemorySource) {
  const clock = new FakeClock();
  const refresher = new Refresher({ source, trees: new CommitTrees(source), clock, defaultLabel: 'main' });
  const seen: Refreshed[] = [];
  refresher.onRefreshed((refreshed) => seen.push(refreshed));
  return Object.assign(refresher, {
    clock,
    async changes() {
      seen.length = 0;
      await refresher.refresh();
      return seen.flatMap(({ changes }) =>
        changes.map(({ served, changedKeys }) => [`${served.service}/${served.environment}`, ...changedKeys]),
      );
    },
  });
}

describe('Refresher', () => {
  it('serves a commit that was made here without listing it', async () => {
    const source = new InMemorySource();
    const base = source.commitTo('main', SHOP);
    const refresher = createRefresher(source);
    await refresher.refresh();

    const commit = source.commitTo('main', { ...SHOP, 'orders/production.yaml': 'a: 2\n' });
    source.goDown();
    await refresher.advance(base, { commit, blobs: new Map([['orders/production.yaml', source.blobOf('a: 2\n')]]) });

    expect(refresher.board.commit).toBe(commit);
    expect(refresher.board.find(ORDERS).configuration.values).toMatchObject({ a: 2 });
    expect(refresher.board.labels.get('main')).toBe(commit);
  });

  it('judges anew what a schema among env files is added for', async () => {
    const source = new InMemorySource();
    source.commitTo('main', { ...SHOP, 'orders/production.yaml': 'a: 0\n' });
    const refresher = createRefresher(source);
    await refresher.refresh();

    source.commitTo('main', { ...SHOP, 'orders/production.yaml': 'a: 0\n', 'env/orders.schema.json': POSITIVE_A });
    await refresher.refresh();

    expect(refresher.board.state(ORDERS)?.kind).toBe('quarantined');
  });

  it('leaves a commit made here to the next refresh when something else is served, or when it breaks a pair', async () => {
    const source = new InMemorySource();
    const base = source.commitTo('main', { ...SHOP, 'orders/schema.json': POSITIVE_A });
    const refresher = createRefresher(source);
    await refresher.refresh();
    const brokenBlobs = new Map([['orders/production.yaml', source.blobOf('a: 0\n')]]);

    const broken = source.commitTo('main', {
      ...SHOP,
      'orders/schema.json': POSITIVE_A,
      'orders/production.yaml': 'a: 0\n',
    });
    await refresher.advance(base, { commit: broken, blobs: brokenBlobs });
    expect(refresher.board.commit).toBe(base);

    await refresher.refresh();
    await refresher.advance(base, { commit: base, blobs: new Map() });
    expect(refresher.board.commit).toBe(broken);
    expect(refresher.board.problems()).toMatchObject([{ commit: broken }]);
  });

  it('does not fall back to the head that it had listed before a commit made here was served', async () => {
    const source = new InMemorySource();
    const base = source.commitTo('main', SHOP);
    const refresher = createRefresher(source);
    await refresher.refresh();
    const text = 'a: 3\n';

    const pushed = source.commitTo('main', { ...SHOP, 'products/production.yaml': 'b: 2\n' });
    const refreshing = refresher.refresh();
    const commit = source.commitTo('main', { ...SHOP, 'orders/production.yaml': text });
    const advancing = refresher.advance(base, {
      commit,
      blobs: new Map([['orders/production.yaml', source.blobOf(text)]]),
    });
    await Promise.all([refreshing, advancing]);
    await refresher.refresh();

    expect(pushed).not.toBe(commit);
    expect(refresher.board.commit).toBe(commit);
    expect(refresher.board.find(ORDERS).configuration.values).toMatchObject({ a: 3 });
  });

  it('has nothing to serve before the branch is there', async () => {
    const source = new InMemorySource();
    const refresher = createRefresher(source);

    await refresher.refresh();

    expect(() => refresher.board).toThrow('no configuration has been read');
    expect(refresher.health).toMatchObject({ kind: 'failing', reason: 'there is no branch "main"' });
  });

  it('tells of the pairs whose effective configuration changed, and of no others', async () => {
    const source = new InMemorySource();
    source.commitTo('main', SHOP);
    const refresher = createRefresher(source);
    await refresher.refresh();

    source.commitTo('main', { ...SHOP, 'orders/production.yaml': 'a: 2\n' });
    await expect(refresher.changes()).resolves.toEqual([['orders/production', 'a']]);
    source.commitTo('main', { ...SHOP, 'orders/production.yaml': '# two\na: 2\n' });
    await expect(refresher.changes()).resolves.toEqual([]);
    source.commitTo('main', { ...SHOP, 'orders/production.yaml': 'a: 2\n', 'common/default.yaml': 'level: warn\n' });
    await expect(refresher.changes()).resolves.toEqual([
      ['orders/production', 'level'],
      ['products/production', 'level'],
    ]);
  });

  it('goes on without a good version whose commit is lost', async () => {
    const source = new InMemorySource();
    source.commitTo('main', SHOP);
    await source.remember([{ ...ORDERS, commit: 'f'.repeat(40) }], []);
    const refresher = createRefresher(source);

    await refresher.refresh();

    expect(refresher.health).toEqual({ kind: 'fresh' });
    expect(refresher.board.find(ORDERS).configuration.values).toEqual({ level: 'info', a: 1 });
  });

  it('keeps the version of a pair through commits that change nothing for it', async () => {
    const source = new InMemorySource();
    const first = source.commitTo('main', SHOP);
    const refresher = createRefresher(source);
    await refresher.refresh();

    const second = source.commitTo('main', {
      ...SHOP,
      'orders/production.yaml': 'a: 2\n',
      'products/default.yaml': '',
    });
    await refresher.refresh();

    expect(refresher.board.find(ORDERS).version).toBe(second);
    expect(refresher.board.find(PRODUCTS).version).toBe(first);
  });

  it('keeps a broken pair at its last valid version, moves the others on, and mends it with the next valid commit', async () => {
    const source = new InMemorySource();
    const first = source.commitTo('main', { ...SHOP, 'orders/schema.json': POSITIVE_A });
    const refresher = createRefresher(source);
    await refresher.refresh();

    const broken = { ...SHOP, 'orders/schema.json': POSITIVE_A, 'orders/production.yaml': 'a: 0\n' };
    const second = source.commitTo('main', { ...broken, 'products/production.yaml': 'b: 2\n' });
    await expect(refresher.changes()).resolves.toEqual([['products/production', 'b']]);
    expect(refresher.board.find(ORDERS).version).toBe(first);
    expect(refresher.board.problems()).toMatchObject([
      { commit: second, file: 'orders/production.yaml', pairs: [{ ...ORDERS, pointer: '/a' }] },
    ]);

    source.commitTo('main', { ...broken, 'orders/production.yaml': 'a: 3\n', 'products/production.yaml': 'b: 2\n' });
    await expect(refresher.changes()).resolves.toEqual([['orders/production', 'a']]);
    expect(refresher.board.problems()).toEqual([]);
  });

  it('says since when a pair is broken, however many commits follow', async () => {
    const source = new InMemorySource();
    source.commitTo('main', SHOP);
    const refresher = createRefresher(source);
    await refresher.refresh();
    const sinceMs = refresher.clock.now();
    const culprit = source.commitTo('main', { ...SHOP, 'orders/production.yaml': 'a: {\n' });
    await refresher.refresh();
    await refresher.clock.advance(60_000);

    source.commitTo('main', { ...SHOP, 'orders/production.yaml': 'a: {\n', 'orders/default.yaml': 'c: 1\n' });
    await refresher.refresh();

    expect(refresher.board.problems()).toMatchObject([{ commit: culprit, sinceMs }]);
  });

  it('recalls after a restart what it served, though the head is broken', async () => {
    const source = new InMemorySource();
    const first = source.commitTo('main', SHOP);
    await createRefresher(source).refresh();
    source.commitTo('main', { ...SHOP, 'products/production.yaml': 'b: 2\n' });
    await createRefresher(source).refresh();
    const culprit = source.commitTo('main', { ...SHOP, 'orders/production.yaml': 'a: {\n' });
    source.commitTo('main', { ...SHOP, 'orders/production.yaml': 'a: {\n', 'products/default.yaml': 'c: 1\n' });

    const restarted = createRefresher(source);
    await restarted.refresh();

    expect(restarted.board.find(ORDERS)).toMatchObject({ version: first, configuration: { values: { a: 1 } } });
    expect(restarted.board.problems()).toMatchObject([{ commit: culprit, file: 'orders/production.yaml' }]);
  });

  it('has no valid version of a pair that was broken from the beginning', async () => {
    const source = new InMemorySource();
    source.commitTo('main', { ...SHOP, 'orders/production.yaml': 'a: {\n' });
    const refresher = createRefresher(source);
    await refresher.refresh();

    expect(() => refresher.board.find(ORDERS)).toThrow('no valid version of orders/production');
    expect(refresher.board.find(PRODUCTS).configuration.values).toEqual({ level: 'info', b: 1 });
  });

  it('forgets the good version of a pair that is gone', async () => {
    const source = new InMemorySource();
    source.commitTo('main', SHOP);
    const refresher = createRefresher(source);
    await refresher.refresh();

    source.commitTo('main', { 'products/production.yaml': 'b: 1\n' });
    await refresher.refresh();

    await expect(source.goodVersions()).resolves.toMatchObject([PRODUCTS]);
    expect(() => refresher.board.find(ORDERS)).toThrow('unknown service "orders"');
  });

  it('reads a document once, whichever commits hold it', async () => {
    const source = new InMemorySource();
    source.commitTo('main', SHOP);
    const refresher = createRefresher(source);
    await refresher.refresh();
    source.reads.length = 0;

    source.commitTo('main', { ...SHOP, 'orders/production.yaml': 'a: 2\n' });
    await refresher.refresh();

    expect(source.reads).toHaveLength(1);
  });

  it('goes on serving while the repository can not be read, and catches up when it can', async () => {
    const source = new InMemorySource();
    source.commitTo('main', SHOP);
    const refresher = createRefresher(source);
    await refresher.refresh();
    source.goDown();
    source.commitTo('main', { ...SHOP, 'orders/production.yaml': 'a: 2\n' });

    await refresher.refresh();
    expect(refresher.health.kind).toBe('failing');
    expect(refresher.board.find(ORDERS).configuration.values).toMatchObject({ a: 1 });

    source.comeBack();
    await expect(refresher.changes()).resolves.toEqual([['orders/production', 'a']]);
    expect(refresher.health).toEqual({ kind: 'fresh' });
  });

  it('sees a head that moved during a refresh, though it was asked only then', async () => {
    const source = new InMemorySource();
    source.commitTo('main', SHOP);
    const refresher = createRefresher(source);

    const first = refresher.refresh();
    const second = refresher.refresh();
    source.commitTo('main', { ...SHOP, 'orders/production.yaml': 'a: 2\n' });
    await Promise.all([first, second, refresher.refresh()]);

    expect(refresher.board.find(ORDERS).configuration.values).toMatchObject({ a: 2 });
  });
});
