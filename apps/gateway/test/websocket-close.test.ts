import type { AddressInfo, Socket } from 'node:net';

import { once } from 'node:events';
import { createServer } from 'node:http';
import { describe, expect, it } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';

import { type Harness, startHarness } from './harness.ts';
import { rawBackend } from './raw-backend.ts';
import { RawClient } from './raw-client.ts';

const GOING_AWAY = 1001;
const UPGRADE =
  'GET /chat HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n';
const SWITCHED = 'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n';
const CLOSE_FRAME = '\x88\x02\x03\xe9';
const LONG_DRAIN = { SIGNALBOX_DRAIN_TIMEOUT_MS: '60000' };

async function echoServer() {
  const http = createServer();
  const sockets = new WebSocketServer({ server: http });
  sockets.on('connection', (socket) => {
    socket.on('message', (message, isBinary) => {
      socket.send(message, { binary: isBinary });
    });
  });
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  return {
    port: (http.address() as AddressInfo).port, // a listening TCP server has an AddressInfo
    sockets,
    [Symbol.asyncDispose]: async () => {
      http.close();
      await once(http, 'close');
    },
  };
}

async function connect(gateway: Harness): Promise<WebSocket> {
  const client = new WebSocket(`ws://127.0.0.1:${gateway.port}/`);
  await once(client, 'open');
  return client;
}

async function closeCode(socket: WebSocket): Promise<number> {
  const [code] = (await once(socket, 'close')) as [number];
  return code;
}

describe('a WebSocket while the gateway ends', () => {
  it('is closed with status 1001 at both sides, long before what else is under way would be cut off', async () => {
    await using orders = await echoServer();
    await using gateway = await startHarness({ services: { orders: [orders.port] }, settings: LONG_DRAIN });
    const accepted = once(orders.sockets, 'connection') as Promise<[WebSocket]>;
    const client = await connect(gateway);
    client.send('hello');
    await once(client, 'message');
    const [inner] = await accepted;
    const codes = Promise.all([closeCode(client), closeCode(inner)]);

    await gateway.gateway.close();

    expect(await codes).toEqual([GOING_AWAY, GOING_AWAY]);
  });

  it('gets the frame that is under way whole before, and no part of another', async () => {
    const switched = Promise.withResolvers<Socket>();
    await using orders = await rawBackend((socket) => {
      socket.write(SWITCHED);
      switched.resolve(socket);
    });
    await using gateway = await startHarness({ services: { orders: [orders.port] }, settings: LONG_DRAIN });
    using client = new RawClient(gateway.port);
    await client.send(UPGRADE).until('101 Switching Protocols');
    const instance = await switched.promise;
    instance.write('\x81\x0aHello', 'latin1');
    await client.until('Hello');

    const closed = gateway.gateway.close();
    await once(instance, 'data');
    instance.write('World\x81\x09half', 'latin1');
    const received = await client.untilClosed();
    await closed;

    expect(received.endsWith(`\x81\x0aHelloWorld${CLOSE_FRAME}`)).toBe(true);
    expect(client.error).toBeUndefined();
  });
});
