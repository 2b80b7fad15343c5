import type { Socket } from 'node:net';

import { once } from 'node:events';
import { describe, expect, it } from 'vitest';

import { FakeClock } from '@signalbox/testkit';

import { Backend } from './backend.ts';
import { startHarness } from './harness.ts';
import { rawBackend } from './raw-backend.ts';
import { RawClient } from './raw-client.ts';

const WITHIN_3S = { all: { backendRefs: [{ name: 'orders' }], timeouts: { request: '3s' } } };

describe('a client that is slow to send its request', () => {
  it('has its time as long as it sends', async () => {
    const clock = new FakeClock();
    const asked = Promise.withResolvers<Socket>();
    await using orders = await rawBackend(asked.resolve);
    await using gateway = await startHarness({ services: { orders: [orders.port] }, routes: WITHIN_3S, clock });
    using client = new RawClient(gateway.port);

    client.send('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\na');
    const socket = await asked.promise;
    for (const byte of ['b', 'c']) {
      client.send(byte);
      await once(socket, 'data');
      await clock.advance(2_900);
    }
    socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');

    expect(await client.until('ok')).toContain('HTTP/1.1 200');
  });

  it('is answered 408 when it stops, and the instance is not blamed', async () => {
    const clock = new FakeClock();
    const asked = Promise.withResolvers<undefined>();
    let posts = 0;
    await using orders = await Backend.start((request, response) => {
      if (request.method === 'GET') {
        response.end('ok');
        return;
      }
      request.on('error', () => undefined);
      posts += 1;
      if (posts === 5) {
        asked.resolve(undefined);
      }
    });
    await using gateway = await startHarness({ services: { orders: [orders.port] }, routes: WITHIN_3S, clock });
    const clients = Array.from({ length: 5 }, () => new RawClient(gateway.port));

    clients.forEach((client) => client.send('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nh'));
    await asked.promise;
    await clock.advance(3_020);
    await clock.advance(3_020);

    for (const client of clients) {
      expect(await client.until('gateway/request-timeout')).toMatch(/^HTTP\/1\.1 408 /);
      client[Symbol.dispose]();
    }
    expect(await (await fetch(gateway.url)).text()).toBe('ok');
  });
});
