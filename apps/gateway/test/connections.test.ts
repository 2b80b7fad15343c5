import { once } from 'node:events';
import { type AddressInfo, createServer as createNetServer } from 'node:net';
import { PassThrough } from 'node:stream';
import { setImmediate as turnOfTheLoop } from 'node:timers/promises';
import { createServer as createTlsServer, getCACertificates, setDefaultCACertificates, type TLSSocket } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { FakeClock } from '@signalbox/testkit';

import { Deadlines } from '../src/deadlines/deadlines.ts';
import { Connections } from '../src/upstreams/connections.ts';
import { Asking } from './asking.ts';
import { ScriptedServer } from './scripted-server.ts';
import { selfSigned } from './self-signed.ts';

const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';

/** Connections to one origin, on a clock of their own. */
class Opened implements AsyncDisposable {
  readonly clock = new FakeClock();
  readonly deadlines = new Deadlines(this.clock);
  readonly connections: Connections;

  constructor(origin: string, max = 8) {
    this.connections = new Connections(origin, { max, connectTimeoutMs: 1_000, deadlines: this.deadlines });
  }

  ask(request: ConstructorParameters<typeof Asking>[1] = {}): Asking {
    return new Asking(this.connections.take(request.host), request);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.deadlines.close();
    await this.connections.destroy();
  }
}

describe('a connection', () => {
  it('serves one request after the other', async () => {
    await using server = await ScriptedServer.start(OK, OK.replace('ok', 'no'), OK);
    await using opened = new Opened(server.origin);

    const outcomes = [await opened.ask().outcome, await opened.ask().outcome, await opened.ask().outcome];

    expect(outcomes).toEqual(['ok', 'no', 'ok']);
    expect(server.sockets).toHaveLength(1);
  });

  it.each([
    ['says that it closes', OK.replace('\r\n\r\n', '\r\nConnection: X, Close\r\n\r\n')],
    ['is in HTTP/1.0', OK.replace('1.1', '1.0')],
    ['is followed by bytes that nobody asked for', `${OK}HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nforged`],
    ['gives less time than a request may need', OK.replace('\r\n\r\n', '\r\nKeep-Alive: timeout=2\r\n\r\n')],
  ])('is closed after an answer that %s', async (_what, answer) => {
    await using server = await ScriptedServer.start(answer, OK);
    await using opened = new Opened(server.origin);
    const closed = once(server, 'closed');

    const first = await opened.ask().outcome;
    await closed;

    expect([first, await opened.ask().outcome]).toEqual(['ok', 'ok']);
    expect(server.sockets).toHaveLength(2);
  });

  it('is closed when something comes that nobody asked for, and answers nothing with it', async () => {
    await using server = await ScriptedServer.start(OK, OK.replace('ok', 'no'));
    await using opened = new Opened(server.origin);
    await opened.ask().outcome;
    const closed = once(server, 'closed');

    server.sockets[0]?.write('HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nforged');
    await closed;

    expect(await opened.ask().outcome).toBe('no');
  });

  it.each([
    ['4 s', '', 4_000],
    ['as long as Keep-Alive says, and 2 s less', '\r\nKeep-Alive: max=5, timeout=30', 28_000],
    ['10 minutes at most', '\r\nKeep-Alive: timeout=86400', 600_000],
    ['4 s in HTTP/1.0, where it says that it is kept', '\r\nConnection: keep-alive', 4_000],
  ])('is idle for %s', async (_what, fields, idleMs) => {
    const version = fields.includes('Connection') ? '1.0' : '1.1';
    await using server = await ScriptedServer.start(
      OK.replace('1.1', version).replace('\r\n\r\n', `${fields}\r\n\r\n`),
      OK,
    );
    await using opened = new Opened(server.origin);
    await opened.ask().outcome;
    const closed = once(server, 'closed');

    await opened.clock.advance(idleMs - 1);
    const kept = opened.connections.take();
    opened.connections.giveBack(kept);
    const wasKept = !kept.destroyed;
    await opened.clock.advance(21);
    await closed;

    expect([wasKept, kept.destroyed]).toEqual([true, true]);
  });

  it('is not closed within a request, however long that takes', async () => {
    await using server = await ScriptedServer.start(OK, () => undefined);
    await using opened = new Opened(server.origin);
    await opened.ask().outcome;
    const asked = once(server, 'request');

    const asking = opened.ask();
    await asked;
    await opened.clock.advance(60_000);
    server.sockets[0]?.write(OK);

    expect(await asking.outcome).toBe('ok');
  });

  it('that breaks while it is idle is not taken again', async () => {
    await using server = await ScriptedServer.start(OK, OK);
    await using opened = new Opened(server.origin, 1);
    await opened.ask().outcome;
    const connection = opened.connections.take();
    opened.connections.giveBack(connection);
    server.sockets[0]?.end();
    await connection.close();

    expect(await opened.ask().outcome).toBe('ok');
    expect(server.sockets).toHaveLength(2);
  });

  it('that breaks before an answer fails, and is known to have been sent', async () => {
    await using server = await ScriptedServer.start((socket) => socket.end());
    await using opened = new Opened(server.origin);

    const asking = opened.ask();

    expect(await asking.outcome).toBe('failed: ConnectionClosedError');
    expect(asking.wasSent).toBe(true);
  });

  it('that nobody takes fails, and is known to have been sent nothing', async () => {
    const server = await ScriptedServer.start();
    await server[Symbol.asyncDispose]();
    await using opened = new Opened('http://127.0.0.1:1');

    const asking = opened.ask();

    expect(await asking.outcome).toBe('failed: ECONNREFUSED');
    expect(asking.wasSent).toBe(false);
  });

  it('tells nothing more once it was broken off', async () => {
    await using server = await ScriptedServer.start(() => undefined);
    await using opened = new Opened(server.origin);
    const asked = once(server, 'request');
    const connection = opened.connections.take();
    const asking = new Asking(connection);
    await asked;

    connection.abort();
    const outcome = await Promise.race([asking.outcome, opened.connections.close().then(() => 'nothing')]);

    expect(outcome).toBe('nothing');
  });

  it('lets an answer wait while no more of it is wanted', async () => {
    const half = 'x'.repeat(1_000_000);
    await using server = await ScriptedServer.start(`HTTP/1.1 200 OK\r\nContent-Length: 2000000\r\n\r\n${half}`, OK);
    await using opened = new Opened(server.origin);
    const connection = opened.connections.take();
    const asking = new Asking(connection);
    asking.wantsMore = false;
    await once(asking, 'received');
    server.sockets[0]?.write(half);
    for (let i = 0; i < 200; i++) {
      await turnOfTheLoop();
    }
    const before = asking.content.length;

    asking.wantsMore = true;
    connection.resume();

    expect(await asking.outcome).toHaveLength(2_000_000);
    expect(before).toBeLessThan(100_000);
  });

  it('serves again although the last piece of an answer was more than was wanted', async () => {
    await using server = await ScriptedServer.start(OK, OK);
    await using opened = new Opened(server.origin, 1);
    const asking = opened.ask();
    asking.wantsMore = false;
    await asking.outcome;

    expect(await opened.ask().outcome).toBe('ok');
    expect(server.sockets).toHaveLength(1);
  });

  it('is not used again after an answer that came before the end of its request', async () => {
    await using server = await ScriptedServer.start(OK, OK);
    await using opened = new Opened(server.origin);
    const content = new PassThrough();
    content.write('begun');

    const early = await opened.ask({ method: 'POST', body: { content, isChunked: true } }).outcome;
    content.end('later');
    const next = await opened.ask().outcome;

    expect([early, next]).toEqual(['ok', 'ok']);
    expect(server.sockets).toHaveLength(2);
    expect(server.requests.join('')).not.toContain('later');
  });

  it('fails with the body of its request, of which no end is sent', async () => {
    await using server = await ScriptedServer.start();
    await using opened = new Opened(server.origin);
    const content = new PassThrough();
    content.write('begun');
    const closed = once(server, 'closed');
    const asking = opened.ask({ method: 'POST', body: { content, isChunked: true } });
    await once(server, 'request');

    content.destroy(Object.assign(new Error('gone'), { code: 'ECONNRESET' }));

    expect(await asking.outcome).toBe('failed: ECONNRESET');
    await closed;
    expect(server.requests.join('')).toContain('5\r\nbegun\r\n');
    expect(server.requests.join('')).not.toContain('0\r\n\r\n');
  });

  it.each([
    ['GET', { method: 'GET' }, 'GET / HTTP/1.1\r\nHost: a\r\nConnection: keep-alive\r\nX-A: \xe4\r\n\r\n'],
    [
      'POST without a body',
      { method: 'POST' },
      'POST / HTTP/1.1\r\nHost: a\r\nConnection: keep-alive\r\nX-A: \xe4\r\nContent-Length: 0\r\n\r\n',
    ],
    [
      'an upgrade',
      { upgrade: 'websocket' },
      'GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nX-A: \xe4\r\n\r\n',
    ],
  ])('sends a head: %s', async (_what, request, expected) => {
    await using server = await ScriptedServer.start(OK);
    await using opened = new Opened(server.origin);

    await opened.ask({ ...request, fields: ['X-A', '\xe4'] }).outcome;

    expect(server.requests).toEqual([expected]);
  });

  it('is whoever asked for a switch, with what came right after it', async () => {
    await using server = await ScriptedServer.start('HTTP/1.1 101 Switching\r\nUpgrade: websocket\r\n\r\nhello');
    await using opened = new Opened(server.origin, 1);
    const asking = opened.ask({ upgrade: 'websocket' });
    await asking.outcome;

    const { socket } = asking;
    const [first] = socket === undefined ? [] : ((await once(socket, 'data')) as [Buffer]);
    server.sockets[0]?.write('more');
    const [second] = socket === undefined ? [] : ((await once(socket, 'data')) as [Buffer]);

    expect([String(first), String(second)]).toEqual(['hello', 'more']);
    expect(opened.connections.areExhausted).toBe(false);
    socket?.destroy();
  });

  it('is not used again after a switch that was asked for and refused', async () => {
    await using server = await ScriptedServer.start(OK, OK);
    await using opened = new Opened(server.origin);

    await opened.ask({ upgrade: 'websocket' }).outcome;
    await opened.ask().outcome;

    expect(server.sockets).toHaveLength(2);
  });

  it('is closed once the answer under way is whole', async () => {
    await using server = await ScriptedServer.start(() => undefined);
    await using opened = new Opened(server.origin);
    const asked = once(server, 'request');
    const asking = opened.ask();
    await asked;

    const closed = opened.connections.close();
    server.sockets[0]?.write(OK);
    await closed;

    expect(await asking.outcome).toBe('ok');
  });
});

describe('a connection over TLS', () => {
  const before = getCACertificates('default');
  const { cert, key } = selfSigned('orders.internal');
  const seen: { servername: string; isResumed: boolean }[] = [];
  const server = createTlsServer({ cert, key }, (socket: TLSSocket) => {
    seen.push({ servername: String(socket.servername), isResumed: socket.isSessionReused() });
    socket.on('error', () => undefined);
    socket.on('data', () => socket.end(OK.replace('\r\n\r\n', '\r\nConnection: close\r\n\r\n')));
  });
  const originOf = ({ port }: AddressInfo) => `https://127.0.0.1:${port}`;

  beforeAll(async () => {
    setDefaultCACertificates([cert]);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
  });

  afterAll(() => {
    setDefaultCACertificates(before);
    server.close();
  });

  it('asks for the host of the request, and takes a session up again', async () => {
    await using opened = new Opened(originOf(server.address() as AddressInfo)); // a listening TCP server has an AddressInfo
    seen.length = 0;

    const outcomes = [
      await opened.ask({ host: 'orders.internal:8443' }).outcome,
      await opened.ask({ host: 'orders.internal' }).outcome,
    ];

    expect(outcomes).toEqual(['ok', 'ok']);
    expect(seen).toEqual([
      { servername: 'orders.internal', isResumed: false },
      { servername: 'orders.internal', isResumed: true },
    ]);
  });

  it.each(['other.internal', '127.0.0.1'])('fails where the instance can not prove that it is %s', async (host) => {
    await using opened = new Opened(originOf(server.address() as AddressInfo)); // a listening TCP server has an AddressInfo

    const asking = opened.ask({ host });

    expect(await asking.outcome).toBe('failed: ERR_TLS_CERT_ALTNAME_INVALID');
    expect(asking.wasSent).toBe(false);
  });

  it('fails where its issuer is not trusted', async () => {
    setDefaultCACertificates(before);
    await using opened = new Opened(originOf(server.address() as AddressInfo)); // a listening TCP server has an AddressInfo

    const outcome = await opened.ask({ host: 'orders.internal' }).outcome;
    setDefaultCACertificates([cert]);

    expect(outcome).toBe('failed: DEPTH_ZERO_SELF_SIGNED_CERT');
  });

  it('fails where it does not stand in time', async () => {
    const silent = createNetServer((socket) => socket.on('error', () => undefined));
    silent.listen(0, '127.0.0.1');
    await once(silent, 'listening');
    await using opened = new Opened(originOf(silent.address() as AddressInfo)); // a listening TCP server has an AddressInfo
    const taken = once(silent, 'connection');

    const asking = opened.ask({ host: 'orders.internal' });
    await taken;
    await opened.clock.advance(1_020);

    expect(await asking.outcome).toBe('failed: ConnectTimeoutError');
    expect(asking.wasSent).toBe(false);
    silent.close();
  });
});
