import { describe, expect, it } from 'vitest';

import type { ConfigSocketMessage, ConfigSocketRequest } from '@signalbox/schemas';

import { FakeClock } from '@signalbox/testkit';

import { InMemorySource } from '../../test/in-memory-source.ts';
import { Audience, type Subscriber } from '../refresh/audience.ts';
import { CommitTrees } from '../refresh/commit-trees.ts';
import { ConfigurationReader } from '../refresh/configuration-reader.ts';
import { Refresher } from '../refresh/refresher.ts';
import { Connection, type ConnectionOptions } from './connection.ts';

const ORDERS = { service: 'orders', environment: 'production' };
const SUBSCRIBE = { type: 'subscribe', ...ORDERS } as const;

/** A socket of someone who reads nothing: what it was sent, and what it still holds. */
class UnreadSink {
  readonly frames: ConfigSocketMessage[] = [];
  bufferedAmount = 0;
  closedWith: number | undefined;

  send(frame: string | Buffer): void {
    this.bufferedAmount += frame.length;
    this.frames.push(JSON.parse(String(frame)) as ConfigSocketMessage); // what it was sent is under test
  }

  close(code: number): void {
    this.closedWith = code;
  }
}

async function connect(options: Partial<ConnectionOptions> = {}) {
  const source = new InMemorySource();
  source.commitTo('main', { 'orders/production.yaml': 'a: 1\n', 'products/production.yaml': 'b: 1\n' });
  const trees = new CommitTrees(source);
  const refresher = new Refresher({ source, trees, clock: new FakeClock(), defaultLabel: 'main' });
  await refresher.refresh();
  const audience = new Audience();
  const sink = new UnreadSink();
  const rejections: Subscriber[] = [];
  const connection = new Connection({
    sink,
    audience,
    reader: new ConfigurationReader({ refresher, trees, source, defaultLabel: 'main' }),
    mayRead: () => true,
    onRejected: (subscriber) => rejections.push(subscriber),
    ...options,
  });
  refresher.onRefreshed(({ changes }) => {
    audience.tell(changes);
  });
  return {
    sink,
    source,
    audience,
    connection,
    rejections,
    board: () => refresher.board,
    commitTo: async (branch: string, files: Readonly<Record<string, string>>) => {
      source.commitTo(branch, { 'products/production.yaml': 'b: 1\n', ...files });
      await refresher.refresh();
      await connection.followLabels();
    },
    /** Says it and answers with what came back. */
    say: async (request: ConfigSocketRequest) => {
      const before = sink.frames.length;
      await connection.receive(request);
      return sink.frames.slice(before);
    },
  };
}

describe('Connection', () => {
  it('looks up one label at a time, and none once it is closed', async () => {
    const { connection, source } = await connect();
    const lookedUp = source.commit.bind(source);
    let underWay = 0;
    let most = 0;
    let all = 0;
    source.commit = async (id) => {
      all += 1;
      underWay += 1;
      most = Math.max(most, underWay);
      const commit = await lookedUp(id);
      underWay -= 1;
      return commit;
    };

    const said = ['aaaaaaa', 'bbbbbbb', 'ccccccc'].map((label) => connection.receive({ ...SUBSCRIBE, label }));
    await said[1];
    connection.close();
    await Promise.all(said);

    expect({ most, all }).toEqual({ most: 1, all: 2 });
  });

  it('confirms a subscription, and sends at once what differs from the etag given', async () => {
    const { say, board } = await connect();
    const { version, etag } = board().find(ORDERS);

    const subscribed = { type: 'subscribed', ...ORDERS, version, etag };
    await expect(say(SUBSCRIBE)).resolves.toEqual([subscribed]);
    await expect(say({ ...SUBSCRIBE, etag })).resolves.toEqual([subscribed]);
    await expect(say({ ...SUBSCRIBE, etag: 'older' })).resolves.toEqual([
      subscribed,
      { type: 'changed', ...ORDERS, version, etag, configuration: { a: 1 } },
    ]);
  });

  it('is told once of a change, however often it subscribed', async () => {
    const { say, commitTo, sink } = await connect();
    await say(SUBSCRIBE);
    await say(SUBSCRIBE);
    sink.frames.length = 0;

    await commitTo('main', { 'orders/production.yaml': 'a: 2\n' });

    expect(sink.frames).toMatchObject([{ type: 'changed', changedKeys: ['a'], configuration: { a: 2 } }]);
  });

  it('keeps a subscription to what is broken or not there yet, and tells when it is', async () => {
    const { say, commitTo, sink } = await connect();

    await expect(say({ ...SUBSCRIBE, environment: 'staging' })).resolves.toMatchObject([
      { type: 'problem', code: 'config/unknown-environment', service: 'orders', environment: 'staging' },
    ]);
    await commitTo('main', { 'orders/production.yaml': 'a: 1\n', 'orders/staging.yaml': 'a: 9\n' });

    expect(sink.frames.at(-1)).toMatchObject({ type: 'changed', environment: 'staging', configuration: { a: 9 } });
  });

  it('does not send a configuration over the size that is pushed, but says that it changed', async () => {
    const { say, commitTo, sink } = await connect();
    await say(SUBSCRIBE);
    sink.frames.length = 0;

    await commitTo('main', { 'orders/production.yaml': `a: "${'x'.repeat(70_000)}"\n` });

    expect(sink.frames).toEqual([expect.not.objectContaining({ configuration: expect.anything() as unknown })]);
  });

  it('follows another label wherever it moves', async () => {
    const { say, commitTo, sink } = await connect();
    await commitTo('canary', { 'orders/production.yaml': 'a: 5\n' });
    await say({ ...SUBSCRIBE, label: 'canary' });
    sink.frames.length = 0;

    await commitTo('main', { 'orders/production.yaml': 'a: 2\n' });
    expect(sink.frames).toEqual([]);
    await commitTo('canary', { 'orders/production.yaml': 'a: 6\n' });

    expect(sink.frames).toMatchObject([{ type: 'changed', configuration: { a: 6 } }]);
  });

  it('refuses what its caller may not read', async () => {
    const { say, commitTo, sink } = await connect({ mayRead: ({ service }) => service !== 'orders' });

    await expect(say(SUBSCRIBE)).resolves.toMatchObject([{ type: 'problem', code: 'auth/forbidden', ...ORDERS }]);
    await commitTo('main', { 'orders/production.yaml': 'a: 2\n' });
    expect(sink.frames).toHaveLength(1);
  });

  it('holds a bounded number of subscriptions', async () => {
    const { say } = await connect({ maxSubscriptions: 1 });
    await say(SUBSCRIBE);

    await expect(say({ ...SUBSCRIBE, service: 'products' })).resolves.toMatchObject([
      { type: 'problem', code: 'request/too-many-subscriptions' },
    ]);
    await expect(say(SUBSCRIBE)).resolves.toMatchObject([{ type: 'subscribed' }]);
  });

  it('closes a slow reader with 1013, and is told nothing more', async () => {
    const { say, commitTo, sink, audience } = await connect({ maxBufferedBytes: 100 });
    await say(SUBSCRIBE);

    await commitTo('main', { 'orders/production.yaml': 'a: 2\n' });
    const sent = sink.frames.length;
    await commitTo('main', { 'orders/production.yaml': 'a: 3\n' });

    expect(sink.closedWith).toBe(1013);
    expect(sink.frames).toHaveLength(sent);
    expect([...audience]).toEqual([]);
  });

  it('remembers what its instance applied and rejected', async () => {
    const { say, audience, rejections } = await connect();
    await say({ ...SUBSCRIBE, instanceId: 'orders-1' });

    await say({ type: 'applied', ...ORDERS, etag: 'one' });
    await say({ type: 'rejected', ...ORDERS, etag: 'two', reason: 'too small' });

    const rejected = { etag: 'two', reason: 'too small' };
    expect([...audience]).toMatchObject([{ instanceId: 'orders-1', applied: 'one', rejected }]);
    expect(rejections).toMatchObject([{ instanceId: 'orders-1', rejected }]);
    expect(audience.instancesOf([ORDERS])).toEqual([{ ...ORDERS, instanceId: 'orders-1' }]);
  });

  it('does not offer a configuration again that its instance rejected, when it subscribes again to see who is alive', async () => {
    const { say, rejections } = await connect();
    const [subscribed] = await say({ ...SUBSCRIBE, instanceId: 'orders-1', etag: 'mine' });
    const etag = subscribed?.type === 'subscribed' ? subscribed.etag : '';
    await say({ type: 'rejected', ...ORDERS, etag, reason: '/a' });

    const frames = await say({ ...SUBSCRIBE, instanceId: 'orders-1', etag: 'mine' });

    expect(frames.map(({ type }) => type)).toEqual(['subscribed']);
    expect(rejections).toHaveLength(1);
  });

  it('takes no report on what it does not follow', async () => {
    const { say } = await connect();

    await expect(say({ type: 'applied', ...ORDERS, etag: 'one' })).resolves.toMatchObject([
      { type: 'problem', code: 'request/not-subscribed' },
    ]);
  });

  it('leaves the audience when it closes', async () => {
    const { say, connection, audience } = await connect();
    await say(SUBSCRIBE);

    connection.close();

    expect([...audience]).toEqual([]);
  });
});
