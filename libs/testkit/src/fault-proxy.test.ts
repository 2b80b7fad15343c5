import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { text } from 'node:stream/consumers';
import { setImmediate as turnOfTheLoop, setTimeout as wait } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';

import { FaultProxy } from './fault-proxy.ts';

async function echoServer() {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.pipe(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port, // a listening TCP server has an AddressInfo
    async [Symbol.asyncDispose]() {
      server.close();
      await once(server, 'close');
    },
  };
}

describe('FaultProxy', () => {
  it('carries bytes both ways', async () => {
    await using target = await echoServer();
    await using proxy = await FaultProxy.start(target);
    const client = connect(proxy.port, '127.0.0.1');

    client.write('ping');

    expect(String(await once(client, 'data'))).toBe('ping');
    client.destroy();
  });

  it('resets open connections when cut', async () => {
    await using target = await echoServer();
    await using proxy = await FaultProxy.start(target);
    const client = connect(proxy.port, '127.0.0.1');
    client.write('ping');
    await once(client, 'data');

    proxy.cut();

    await expect(once(client, 'error')).resolves.toMatchObject([{ code: 'ECONNRESET' }]);
  });

  it('holds bytes back while paused and delivers them after', async () => {
    await using target = await echoServer();
    await using proxy = await FaultProxy.start(target);
    const client = connect(proxy.port, '127.0.0.1');
    await once(client, 'connect');
    proxy.pause('toClient');
    const answered = once(client, 'data');
    client.write('ping');

    const early = await Promise.race([answered.then(() => 'answered'), wait(30, 'silent')]);
    proxy.resume();

    expect(early).toBe('silent');
    expect(String(await answered)).toBe('ping');
    client.destroy();
  });

  it('answers late, in order and to the end, over connections that were opened since it was told to', async () => {
    await using target = await echoServer();
    await using proxy = await FaultProxy.start(target);
    proxy.delayAnswers(40);
    const client = connect(proxy.port, '127.0.0.1');
    const answered = text(client);
    client.end('ping pong');

    const early = await Promise.race([answered, wait(10, 'silent')]);

    expect(early).toBe('silent');
    expect(await answered).toBe('ping pong');
  });

  it('drops an answer that it holds back when it is cut', async () => {
    await using target = await echoServer();
    await using proxy = await FaultProxy.start(target);
    proxy.delayAnswers(3_600_000);
    const client = connect(proxy.port, '127.0.0.1');
    await once(client, 'connect');
    client.write('ping');
    while (proxy.connections < 2) {
      await turnOfTheLoop();
    }

    proxy.cut();

    await expect(once(client, 'error')).resolves.toMatchObject([{ code: 'ECONNRESET' }]);
  });

  it('resets newcomers while it refuses', async () => {
    await using target = await echoServer();
    await using proxy = await FaultProxy.start(target);
    proxy.refuse();

    const client = connect(proxy.port, '127.0.0.1');

    await expect(once(client, 'error')).resolves.toMatchObject([{ code: 'ECONNRESET' }]);
  });
});
