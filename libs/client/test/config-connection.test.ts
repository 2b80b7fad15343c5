import { describe, expect, it } from 'vitest';

import { FaultProxy } from '@signalbox/testkit';

import { ReportedProblemError, UnexpectedAnswerError, UnreachableError } from '../src/index.ts';
import { ANSWER_MS, connect, first, inStep, QUIET_MS, RECONNECT_MS, second } from './connected-config.ts';
import { FakeConfigServer } from './fake-config-server.ts';

describe('a connection', () => {
  it('that is cut comes back, with the change that was missed', async () => {
    await using server = await FakeConfigServer.start(first);
    await using proxy = await FaultProxy.start(server);
    await using orders = await connect(`http://127.0.0.1:${proxy.port}`);
    await server.received.next();

    proxy.cut();
    server.serve(second);
    expect(await orders.problems.next()).toBeInstanceOf(UnreachableError);
    await orders.clock.advance(RECONNECT_MS);

    expect(await server.received.next()).toMatchObject({ type: 'subscribe', etag: 'etag-1' });
    expect(await orders.changes.next()).toMatchObject({ version: 'commit-2' });
  });

  it('whose peer is silent is given up, and replaced', async () => {
    await using server = await FakeConfigServer.start(first);
    await using proxy = await FaultProxy.start(server);
    await using orders = await connect(`http://127.0.0.1:${proxy.port}`);
    await server.received.next();
    await inStep(server, orders);

    proxy.pause('toClient');
    server.change(second);
    await orders.clock.advance(QUIET_MS);
    await orders.clock.advance(ANSWER_MS);
    expect(await orders.problems.next()).toMatchObject({
      message: expect.stringContaining('no answer within') as string,
    });
    proxy.resume();
    await orders.clock.advance(4 * RECONNECT_MS);

    expect(await orders.changes.next()).toMatchObject({ version: 'commit-2' });
  });

  it('that is quiet is asked for life, and kept when it answers', async () => {
    await using server = await FakeConfigServer.start(first);
    await using orders = await connect(server.url);
    await server.received.next();
    await inStep(server, orders);

    await orders.clock.advance(QUIET_MS);
    const question = await server.received.next();
    await inStep(server, orders);
    await orders.clock.advance(ANSWER_MS);

    expect(question).toMatchObject({ type: 'subscribe', etag: 'etag-1' });
    expect(server.server.openSockets).toBe(1);
    expect(orders.problems.size).toBe(0);
  });

  it('is asked for life a spell after the last message, not later', async () => {
    await using server = await FakeConfigServer.start(first);
    await using orders = await connect(server.url);
    await server.received.next();
    await inStep(server, orders);
    await orders.clock.advance(QUIET_MS / 2);
    server.change(second);
    await server.received.next();

    await orders.clock.advance(QUIET_MS / 2);
    const early = server.received.size;
    await orders.clock.advance(QUIET_MS / 2);

    expect(early).toBe(0);
    expect(await server.received.next()).toMatchObject({ type: 'subscribe', etag: 'etag-2' });
  });

  it('is replaced after a message that is none', async () => {
    await using server = await FakeConfigServer.start(first);
    await using orders = await connect(server.url);
    await server.received.next();

    server.server.broadcastText('{"type":');
    expect(await orders.problems.next()).toBeInstanceOf(UnexpectedAnswerError);
    await orders.clock.advance(RECONNECT_MS);

    expect(await server.received.next()).toMatchObject({ type: 'subscribe' });
  });

  it('passes over messages and members that a later server may send', async () => {
    await using server = await FakeConfigServer.start(first);
    await using orders = await connect(server.url);
    await server.received.next();

    server.server.broadcast({ type: 'rollout', cohort: 7 });
    server.change({ ...second, ...{ author: 'ada' } });

    expect(await orders.changes.next()).toMatchObject({ version: 'commit-2' });
  });

  it('hands on the problems that the server tells', async () => {
    await using server = await FakeConfigServer.start(first);
    await using orders = await connect(server.url);
    await server.received.next();

    server.server.broadcast({ type: 'problem', code: 'config/no-valid-version', detail: 'quarantined' });

    expect(await orders.problems.next()).toEqual(
      new ReportedProblemError({ code: 'config/no-valid-version', detail: 'quarantined' }),
    );
  });
});

describe('closing', () => {
  it('leaves nothing behind: no socket, no timer, no second farewell', async () => {
    await using server = await FakeConfigServer.start(first);
    const orders = await connect(server.url);
    await server.received.next();

    await Promise.all([orders.client.close(), orders.client.close()]);

    await server.server.untilNoSocket();
    expect(orders.clock.sleeping).toBe(0);
    expect(orders.client.current.db.poolSize).toBe(5);
  });

  it('while the server is away does not wait for it', async () => {
    await using server = await FakeConfigServer.start(first);
    await using proxy = await FaultProxy.start(server);
    const orders = await connect(`http://127.0.0.1:${proxy.port}`);
    await server.received.next();
    proxy.refuse();
    proxy.cut();
    await orders.problems.next();

    await orders.client.close();

    expect(orders.clock.sleeping).toBe(0);
  });

  it('waits a second at most for a server that hangs', async () => {
    await using server = await FakeConfigServer.start(first);
    await using proxy = await FaultProxy.start(server);
    const orders = await connect(`http://127.0.0.1:${proxy.port}`);
    await server.received.next();
    proxy.pause();

    const closing = orders.client.close();
    await orders.clock.advance(1_000);

    await expect(closing).resolves.toBeUndefined();
  });
});
