import type { Socket } from 'node:net';

import { describe, expect, it } from 'vitest';

import { FakeClock } from '@signalbox/testkit';

import { Backend } from './backend.ts';
import { startHarness } from './harness.ts';
import { rawBackend } from './raw-backend.ts';
import { RawClient } from './raw-client.ts';

const HALF_A_SECOND = {
  all: { backendRefs: [{ name: 'orders' }], timeouts: { request: '3s', backendRequest: '500ms' } },
};

const ONCE = { all: { ...HALF_A_SECOND.all, retry: { attempts: 0 } } };
/** One that fails once is left alone. */
const SENSITIVE = { SIGNALBOX_BREAKER_FAILURES: '1' };

/** Takes requests, and answers none. */
async function hangingBackend() {
  const asked = Promise.withResolvers<undefined>();
  const backend = await rawBackend(() => {
    asked.resolve(undefined);
  });
  return Object.assign(backend, { asked: asked.promise });
}

describe('an attempt that is not answered in time', () => {
  it('is given up for another instance, for a GET', async () => {
    const clock = new FakeClock();
    await using hung = await hangingBackend();
    await using orders = await Backend.start((_request, response) => response.end('ok'));
    const services = { orders: [hung.port, orders.port] };
    await using gateway = await startHarness({ services, routes: HALF_A_SECOND, clock });

    const answers = [fetch(gateway.url), fetch(gateway.url)];
    await hung.asked;
    await clock.advance(520);

    expect(await Promise.all(answers.map(async (answer) => (await answer).text()))).toEqual(['ok', 'ok']);
    await hung.allClosed();
  });

  it('is answered 504 for a request that may not be sent twice', async () => {
    const clock = new FakeClock();
    await using hung = await hangingBackend();
    await using orders = await Backend.start((_request, response) => response.end('ok'));
    const services = { orders: [hung.port, orders.port] };
    await using gateway = await startHarness({ services, routes: HALF_A_SECOND, clock });

    const post = async () => (await fetch(gateway.url, { method: 'POST', body: 'once' })).text();
    const answers = [post(), post()];
    await hung.asked;
    await clock.advance(520);

    const [answered, overdue] = (await Promise.all(answers)).sort();
    expect(answered).toBe('ok');
    expect(JSON.parse(overdue ?? '')).toMatchObject({
      code: 'gateway/timeout',
      detail: 'the service "orders" did not answer within 500 ms',
    });
  });

  it('counts against its instance, which is left alone in the end', async () => {
    const clock = new FakeClock();
    await using hung = await hangingBackend();
    await using orders = await Backend.start((_request, response) => response.end('ok'));
    const services = { orders: [hung.port, orders.port] };
    await using gateway = await startHarness({ services, routes: ONCE, settings: SENSITIVE, clock });

    const answers = [fetch(gateway.url), fetch(gateway.url)];
    await hung.asked;
    await clock.advance(520);

    expect((await Promise.all(answers)).map(({ status }) => status).sort()).toEqual([200, 504]);
    const later = await Promise.all(Array.from({ length: 4 }, () => fetch(gateway.url)));
    expect(later.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
  });

  it('does not close the only instance to the next request, which may be answered sooner', async () => {
    const clock = new FakeClock();
    const asked = Promise.withResolvers<undefined>();
    await using slow = await Backend.start((request, response) => {
      if (request.url === '/slow') {
        asked.resolve(undefined);
      } else {
        response.end('ok');
      }
    });
    const services = { orders: [slow.port] };
    await using gateway = await startHarness({ services, routes: ONCE, settings: SENSITIVE, clock });
    const overdue = fetch(`${gateway.url}/slow`);
    await asked.promise;
    await clock.advance(520);
    expect((await overdue).status).toBe(504);

    const next = await fetch(gateway.url);

    expect(await next.text()).toBe('ok');
  });

  it('closes the only instance to more requests at a time than open its breaker', async () => {
    const clock = new FakeClock();
    await using hung = await hangingBackend();
    const services = { orders: [hung.port] };
    await using gateway = await startHarness({ services, routes: ONCE, settings: SENSITIVE, clock });
    const overdue = fetch(gateway.url);
    await hung.asked;
    await clock.advance(520);
    expect((await overdue).status).toBe(504);

    const answers = [fetch(gateway.url), fetch(gateway.url)];
    const first = await Promise.race(answers);

    expect(await first.json()).toMatchObject({ status: 503, code: 'gateway/circuit-open' });
    await clock.advance(520);
    expect((await Promise.all(answers)).map(({ status }) => status).sort()).toEqual([503, 504]);
  });

  it('has its time anew as long as the request is still coming', async () => {
    const clock = new FakeClock();
    const asked = Promise.withResolvers<undefined>();
    await using orders = await Backend.start((request, response) => {
      asked.resolve(undefined);
      request.resume().on('end', () => response.end('ok'));
    });
    await using gateway = await startHarness({
      services: { orders: [orders.port] },
      routes: HALF_A_SECOND,
      clock,
    });
    using client = new RawClient(gateway.port);

    client.send('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhello');
    await asked.promise;
    await clock.advance(1_500);
    await client.send('world').until('ok');

    expect(client.received).toContain('HTTP/1.1 200 OK');
  });

  it('may take longer for the rest once its answer has begun', async () => {
    const clock = new FakeClock();
    const asked = Promise.withResolvers<Socket>();
    await using slow = await rawBackend(asked.resolve);
    await using gateway = await startHarness({ services: { orders: [slow.port] }, routes: HALF_A_SECOND, clock });

    const answer = fetch(gateway.url);
    const socket = await asked.promise;
    socket.write('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello');
    const response = await answer;
    await clock.advance(2_000);
    socket.write('world');

    expect(await response.text()).toBe('helloworld');
  });
});
