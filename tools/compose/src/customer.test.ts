import type { AddressInfo } from 'node:net';

import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';

import { FakeClock } from '@signalbox/testkit';

import { Customer } from './customer.ts';

/** A shop with one customer, whose order is fulfilled once it was looked at so many times. */
async function shop({ looksUntilFulfilled = 1 } = {}) {
  let looks = 0;
  const answers: Readonly<Record<string, (request: IncomingMessage) => Promise<readonly [number, unknown]>>> = {
    'POST /api/auth/login': async (request) => {
      const { password } = JSON.parse(await text(request)) as { password: string };
      return password === 'open sesame' ? [200, { token: 'a-token', expiresIn: 600 }] : [401, { code: 'auth/refused' }];
    },
    'POST /api/orders': async (request) => [
      201,
      { ...(JSON.parse(await text(request)) as object), id: '7', status: 'placed' },
    ],
    'GET /api/orders/7': () => {
      looks++;
      return Promise.resolve([200, { id: '7', status: looks < looksUntilFulfilled ? 'placed' : 'fulfilled' }]);
    },
    'GET /api/orders/7/receipt': () => Promise.resolve([200, 'two lamps']),
  };
  const server = createServer((request, response) => {
    const isKnown = request.url === '/api/auth/login' || request.headers.authorization === 'Bearer a-token';
    const answer = isKnown ? answers[`${request.method ?? ''} ${request.url ?? ''}`] : undefined;
    void (answer?.(request) ?? Promise.resolve([404, {}] as const)).then(([status, body]) => {
      response.writeHead(status).end(typeof body === 'string' ? body : JSON.stringify(body));
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo; // a TCP server that listens has an AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    [Symbol.dispose]: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

const ALICE = { user: 'alice', password: 'open sesame' };

describe('a customer', () => {
  it('logs in, orders, and reads the receipt once the order is fulfilled', async () => {
    using there = await shop();
    const customer = await Customer.login(there.url, ALICE);

    const placed = await customer.placeOrder('lamp', 2);
    const fulfilled = await customer.fulfilled(placed.id, { clock: new FakeClock(), withinMs: 1_000 });

    expect(placed).toEqual({ id: '7', status: 'placed' });
    expect(fulfilled.status).toBe('fulfilled');
    await expect(customer.receipt('7')).resolves.toBe('two lamps');
  });

  it('is told why it was not let in', async () => {
    using there = await shop();

    await expect(Customer.login(there.url, { ...ALICE, password: 'hunter2' })).rejects.toThrow(
      `POST ${there.url}/api/auth/login answered 401: {"code":"auth/refused"}`,
    );
  });

  it('gives up on an order that nobody fulfils', async () => {
    using there = await shop({ looksUntilFulfilled: Infinity });
    const clock = new FakeClock();
    const customer = await Customer.login(there.url, ALICE);

    const waiting = customer.fulfilled('7', { clock, withinMs: 250 });
    await expect.poll(() => clock.sleeping).toBe(1);
    await clock.advance(250);

    await expect(waiting).rejects.toThrow('order 7 was not fulfilled within 0.25 s');
  });
});
