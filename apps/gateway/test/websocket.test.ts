import type { AddressInfo, Socket } from 'node:net';

import { once } from 'node:events';
import { createServer } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';

import { freePort } from '@signalbox/testkit';

import { Backend } from './backend.ts';
import { type Harness, startHarness } from './harness.ts';
import { rawBackend } from './raw-backend.ts';
import { RawClient } from './raw-client.ts';

const UPGRADE =
  'GET /chat HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n';
const SWITCHED = 'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n';

describe('a WebSocket through the gateway', () => {
  const http = createServer((_request, response) => response.end('plain'));
  const sockets = new WebSocketServer({ server: http, handleProtocols: () => 'chat.v2' });
  let gateway: Harness;

  beforeAll(async () => {
    sockets.on('connection', (socket, request) => {
      socket.on('message', (message, isBinary) => {
        socket.send(message, { binary: isBinary });
      });
      socket.send(`hello ${request.url ?? ''} for ${String(request.headers['x-forwarded-for'])}`);
    });
    http.listen(0, '127.0.0.1');
    await once(http, 'listening');
    const { port } = http.address() as AddressInfo; // a listening TCP server has an AddressInfo
    gateway = await startHarness({ services: { orders: [await freePort(), port] } });
  });

  afterAll(async () => {
    await gateway[Symbol.asyncDispose]();
    sockets.close();
    http.close();
    await once(http, 'close');
  });

  it('carries messages both ways, with the protocol that the instance chose', async () => {
    const client = new WebSocket(`ws://127.0.0.1:${gateway.port}/chat?room=1`, ['chat.v1', 'chat.v2']);
    const [greeting] = (await once(client, 'message')) as [Buffer];
    expect(String(greeting)).toBe('hello /chat?room=1 for 127.0.0.1');
    expect(client.protocol).toBe('chat.v2');

    const large = Buffer.alloc(3_000_000, 7);
    client.send(large);
    const [echo] = (await once(client, 'message')) as [Buffer];

    expect(echo.equals(large)).toBe(true);
    client.close();
    await once(client, 'close');
  });

  it('ends at the instance when the client goes, however it goes', async () => {
    for (const leave of [
      (socket: WebSocket) => {
        socket.close();
      },
      (socket: WebSocket) => {
        socket.terminate();
      },
    ]) {
      const accepted = once(sockets, 'connection') as Promise<[WebSocket]>;
      const client = new WebSocket(`ws://127.0.0.1:${gateway.port}/`);
      await once(client, 'message');
      const [inner] = await accepted;
      const ended = once(inner, 'close');

      leave(client);

      await ended;
    }
  });

  it('ends at the client when the instance goes', async () => {
    const accepted = once(sockets, 'connection') as Promise<[WebSocket]>;
    const client = new WebSocket(`ws://127.0.0.1:${gateway.port}/`);
    const [inner] = await accepted;
    client.on('error', () => undefined);
    const ended = once(client, 'close');

    inner.terminate();

    await ended;
  });

  it('is counted while it is open', async () => {
    const client = new WebSocket(`ws://127.0.0.1:${gateway.port}/`);
    await once(client, 'message');
    const metrics = async () => (await fetch(`${gateway.adminUrl}/metrics`)).text();

    expect(await metrics()).toContain('signalbox_gateway_websockets 1');
    client.terminate();
    await once(client, 'close');
  });
});

describe('an upgrade that is none', () => {
  it('is answered with what the instance says', async () => {
    await using orders = await Backend.start((_request, response) => response.writeHead(403).end('not you'));
    await using gateway = await startHarness({ services: { orders: [orders.port] } });
    using client = new RawClient(gateway.port);

    const answer = await client.send(UPGRADE).untilClosed();

    expect(answer).toMatch(/^HTTP\/1\.1 403 Forbidden\r\n/);
    expect(answer).toContain('Connection: close');
    expect(answer).toContain('not you');
    expect(orders.sockets.size).toBe(0);
  });

  it('never opens a tunnel for what follows it', async () => {
    const seen: string[] = [];
    await using orders = await Backend.start((request, response) => {
      seen.push(request.url ?? '');
      response.writeHead(200).end('no upgrade');
    });
    await using gateway = await startHarness({ services: { orders: [orders.port] } });
    using client = new RawClient(gateway.port);

    await client.send(`${UPGRADE}GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n`).untilClosed();

    expect(seen).toEqual(['/chat']);
  });

  it.each([
    ['to nothing', 'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\n\r\n'],
    ['to something else', 'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n'],
  ])('is 502 where the instance switches %s', async (_what, answer) => {
    await using orders = await rawBackend(answer);
    const routes = { all: { backendRefs: [{ name: 'orders' }], retry: { attempts: 0 } } };
    await using gateway = await startHarness({ services: { orders: [orders.port] }, routes });
    using client = new RawClient(gateway.port);

    const received = await client.send(UPGRADE).untilClosed();

    expect(received).toMatch(/^HTTP\/1\.1 502 /);
    expect(received).toContain('gateway/bad-gateway');
  });

  it.each([
    ['unsafe', UPGRADE.replace('/chat', '/a/../b'), 400, 'gateway/unsafe-request'],
    ['with a body', UPGRADE.replace('\r\n\r\n', '\r\nContent-Length: 5\r\n\r\nhello'), 400, 'gateway/unsafe-request'],
    ['of no route', UPGRADE.replace('/chat', '/other'), 404, 'gateway/no-route'],
    ['of a service without instances', UPGRADE, 503, 'gateway/no-endpoint'],
  ])('is refused when %s', async (...[, message, status, code]) => {
    const routes = { chat: { matches: [{ path: { value: '/chat' } }], backendRefs: [{ name: 'orders' }] } };
    await using gateway = await startHarness({ routes });
    using client = new RawClient(gateway.port);

    const answer = await client.send(message).untilClosed();

    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(answer).toContain(code);
  });

  it('is an ordinary request where Connection does not name it', async () => {
    let names = '';
    await using orders = await Backend.start((request, response) => {
      names = request.rawHeaders.join('|');
      response.end('ok');
    });
    await using gateway = await startHarness({ services: { orders: [orders.port] } });
    using client = new RawClient(gateway.port);

    await client.send(UPGRADE.replace('Connection: Upgrade', 'Connection: close')).untilClosed();

    expect(names).not.toContain('Upgrade');
  });
});

describe('an upgrade behind another request on its connection', () => {
  it.each([
    ['is not answered yet', '/slow', /^HTTP\/1\.1 200 OK\r\n[^]*slow[^]*HTTP\/1\.1 200 OK\r\n[^]*plain/],
    ['was refused a moment ago', '/nowhere', /^HTTP\/1\.1 404 [^]*HTTP\/1\.1 200 OK\r\n[^]*plain/],
  ])('is an ordinary request while that %s', async (_what, path, expected) => {
    await using orders = await Backend.start(({ url, headers }, response) => {
      response.end(url === '/slow' ? 'slow' : `plain ${headers.upgrade ?? ''}`);
    });
    const routes = {
      slow: { matches: [{ path: { value: '/slow' } }], backendRefs: [{ name: 'orders' }] },
      chat: { matches: [{ path: { value: '/chat' } }], backendRefs: [{ name: 'orders' }] },
    };
    await using gateway = await startHarness({ services: { orders: [orders.port] }, routes });
    using client = new RawClient(gateway.port);

    const answers = await client.send(`GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n${UPGRADE}`).until('plain ');

    expect(answers).toMatch(expected);
  });

  it('switches once that is answered', async () => {
    await using orders = await rawBackend((socket) => {
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nfirst');
      socket.once('data', () => socket.write(SWITCHED));
    });
    await using gateway = await startHarness({ services: { orders: [orders.port] } });
    using client = new RawClient(gateway.port);

    await client.send('GET / HTTP/1.1\r\nHost: a\r\n\r\n').until('first');
    await client.send(UPGRADE).until('101 Switching Protocols');

    expect(client.received).toContain('Upgrade: websocket');
  });
});

describe('bounds of WebSockets', () => {
  it('closes one on which nothing moves', async () => {
    await using orders = await rawBackend(SWITCHED);
    await using gateway = await startHarness({
      services: { orders: [orders.port] },
      settings: { SIGNALBOX_IDLE_TIMEOUT_MS: '30' },
    });
    using client = new RawClient(gateway.port);

    const received = await client.send(UPGRADE).untilClosed();

    expect(received).toContain('101 Switching Protocols');
  });

  it('opens no more at a time than it may', async () => {
    await using orders = await rawBackend(SWITCHED);
    await using gateway = await startHarness({
      services: { orders: [orders.port] },
      settings: { SIGNALBOX_MAX_WEB_SOCKETS: '1' },
    });
    using first = new RawClient(gateway.port);
    using second = new RawClient(gateway.port);
    await first.send(UPGRADE).until('101 Switching Protocols');

    expect(await second.send(UPGRADE).untilClosed()).toContain('gateway/overloaded');
    first.socket.destroy();
  });

  it('is refused beyond the bound also where several were asked for before the first was open', async () => {
    const asked: Socket[] = [];
    const allAsked = Promise.withResolvers<undefined>();
    await using orders = await rawBackend((socket) => {
      asked.push(socket);
      if (asked.length === 3) {
        allAsked.resolve(undefined);
      }
    });
    await using gateway = await startHarness({
      services: { orders: [orders.port] },
      settings: { SIGNALBOX_MAX_WEB_SOCKETS: '1' },
    });
    const clients = [new RawClient(gateway.port), new RawClient(gateway.port), new RawClient(gateway.port)];
    clients.forEach((client) => client.send(UPGRADE));
    await allAsked.promise;
    asked.forEach((socket) => socket.write(SWITCHED));

    const answers = await Promise.all(clients.map((client) => client.until('HTTP/1.1 ')));
    clients.forEach(({ socket }) => socket.destroy());

    expect(answers.map((answer) => answer.slice(0, 12)).sort()).toEqual([
      'HTTP/1.1 101',
      'HTTP/1.1 503',
      'HTTP/1.1 503',
    ]);
  });
});
