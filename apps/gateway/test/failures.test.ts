import type { Socket } from 'node:net';

import { describe, expect, it } from 'vitest';

import { FakeClock, freePort } from '@signalbox/testkit';

import { Backend } from './backend.ts';
import { startHarness } from './harness.ts';
import { rawBackend } from './raw-backend.ts';
import { RawClient } from './raw-client.ts';

const ONE_TRY = { all: { backendRefs: [{ name: 'orders' }], retry: { attempts: 0 } } };
const RETRY_503 = { all: { backendRefs: [{ name: 'orders' }], retry: { attempts: 1, codes: [503] } } };

async function problemOf(response: Response): Promise<Record<string, unknown>> {
  expect(response.headers.get('content-type')).toBe('application/problem+json');
  return (await response.json()) as Record<string, unknown>; // problem+json is an object
}

describe('an instance that can not be reached', () => {
  it.each(['GET', 'POST'])('costs no %s while another is there: nothing was sent to it', async (method) => {
    await using orders = await Backend.start((_request, response) => response.end('ok'));
    await using gateway = await startHarness({ services: { orders: [await freePort(), orders.port] } });

    const answers = [];
    for (let i = 0; i < 8; i++) {
      const response = await fetch(gateway.url, { method, ...(method === 'POST' && { body: 'hello' }) });
      answers.push(await response.text());
    }

    expect(answers).toEqual(Array(8).fill('ok'));
  });

  it('is left alone after five failures in a row, and tried again a moment later', async () => {
    const clock = new FakeClock();
    const port = await freePort();
    await using gateway = await startHarness({ services: { orders: [port] }, routes: ONE_TRY, clock });
    for (let i = 0; i < 5; i++) {
      expect(await problemOf(await fetch(gateway.url))).toMatchObject({ status: 502, code: 'gateway/bad-gateway' });
    }

    const held = await fetch(gateway.url);
    expect(held.headers.get('retry-after')).toBe('1');
    expect(await problemOf(held)).toMatchObject({ status: 503, code: 'gateway/circuit-open' });

    await using revived = await rawBackend('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok', port);
    await clock.advance(1_500);
    expect(await (await fetch(gateway.url)).text()).toBe('ok');
    expect(revived.sockets.size).toBe(1);
    expect(gateway.lines.flatMap(({ msg, change }) => (msg === 'circuit breaker' ? [change] : []))).toEqual([
      'given-up',
      'taken-back',
    ]);
  });

  it('is never named by its address in an answer', async () => {
    const port = await freePort();
    await using gateway = await startHarness({
      services: { orders: [port] },
      settings: { SIGNALBOX_LOG_LEVEL: 'debug' },
    });

    const problem = await problemOf(await fetch(gateway.url));

    expect(problem['detail']).toBe('the service "orders" refused the connection');
    expect(JSON.stringify(problem)).not.toContain(String(port));
    expect(gateway.lines.find(({ msg }) => msg === 'attempt failed')).toMatchObject({
      route: 'all',
      instance: 'orders-1',
      origin: `http://127.0.0.1:${port}`,
    });
  });
});

describe('a connection that breaks after the request was sent', () => {
  it('is made good for a GET and not for a POST', async () => {
    let posts = 0;
    await using broken = await rawBackend((socket) => socket.resetAndDestroy());
    await using orders = await Backend.start((request, response) => {
      posts += Number(request.method === 'POST');
      response.end('ok');
    });
    await using gateway = await startHarness({
      services: { orders: [broken.port, orders.port] },
      settings: { SIGNALBOX_BREAKER_FAILURES: '100' },
    });

    const gets = [];
    for (let i = 0; i < 4; i++) {
      gets.push(await (await fetch(gateway.url)).text());
    }
    const statuses = [];
    for (let i = 0; i < 4; i++) {
      statuses.push((await fetch(gateway.url, { method: 'POST', body: 'once' })).status);
    }

    expect(gets).toEqual(Array(4).fill('ok'));
    expect(statuses.sort()).toEqual([200, 200, 502, 502]);
    expect(posts).toBe(2);
  });

  it('is made good on the same instance where there is no other', async () => {
    let connections = 0;
    await using restarting = await rawBackend((socket) => {
      connections += 1;
      if (connections === 1) {
        socket.resetAndDestroy();
      } else {
        socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
      }
    });
    await using gateway = await startHarness({ services: { orders: [restarting.port] } });

    expect(await (await fetch(gateway.url)).text()).toBe('ok');
  });

  it('breaks the client off within a body, so that a part is not taken for the whole', async () => {
    await using chunked = await rawBackend((socket) => {
      socket.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n', () => socket.destroy());
    });
    await using sized = await rawBackend((socket) => {
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello', () => socket.destroy());
    });
    for (const { port } of [chunked, sized]) {
      await using gateway = await startHarness({ services: { orders: [port] } });
      using client = new RawClient(gateway.port);

      await client.send('GET / HTTP/1.1\r\nHost: a\r\n\r\n').until('hello');
      await client.untilClosed();

      expect(client.error?.code).toBe('ECONNRESET');
      expect(client.received).not.toContain('0\r\n\r\n');
    }
  });
});

describe('an answer of 503', () => {
  it('is tried elsewhere where the route says so', async () => {
    await using busy = await Backend.start((_request, response) => response.writeHead(503).end('busy'));
    await using orders = await Backend.start((_request, response) => response.end('ok'));
    await using gateway = await startHarness({ services: { orders: [busy.port, orders.port] }, routes: RETRY_503 });

    const answers = await Promise.all(Array.from({ length: 4 }, async () => (await fetch(gateway.url)).text()));

    expect(answers).toEqual(Array(4).fill('ok'));
    expect(busy.sockets.size).toBeGreaterThan(0);
  });

  it.each([
    ['another code is listed', { retry: { attempts: 1, codes: [502] } }, 'GET'],
    ['no code is listed', {}, 'GET'],
    ['no attempts are left', { retry: { attempts: 0, codes: [503] } }, 'GET'],
    ['the request has a body', { retry: { attempts: 1, codes: [503] } }, 'PUT'],
    ['the method is not idempotent', { retry: { attempts: 1, codes: [503] } }, 'POST'],
  ])('is passed on where %s', async (_why, route, method) => {
    await using busy = await Backend.start((_request, response) => response.writeHead(503).end('busy'));
    await using gateway = await startHarness({
      services: { orders: [busy.port, busy.port] },
      routes: { all: { backendRefs: [{ name: 'orders' }], ...route } },
    });

    const response = await fetch(gateway.url, { method, ...(method === 'PUT' && { body: 'hello' }) });

    expect([response.status, await response.text()]).toEqual([503, 'busy']);
  });

  it('is passed on where there is no other instance', async () => {
    await using busy = await Backend.start((_request, response) => response.writeHead(503).end('busy'));
    await using gateway = await startHarness({ services: { orders: [busy.port] }, routes: RETRY_503 });

    expect(await (await fetch(gateway.url)).text()).toBe('busy');
  });

  it('is read to its end before the other attempt is answered, so that its connection serves again', async () => {
    await using busy = await Backend.start((_request, response) => response.writeHead(503).end('b'.repeat(10_000)));
    await using orders = await Backend.start((_request, response) => response.end('ok'));
    await using gateway = await startHarness({ services: { orders: [busy.port, orders.port] }, routes: RETRY_503 });

    for (let i = 0; i < 6; i++) {
      await (await fetch(gateway.url)).text();
    }

    expect(busy.sockets.size).toBe(1);
  });
});

describe('an instance that does not answer in time', () => {
  const WITHIN_3S = { all: { backendRefs: [{ name: 'orders' }], timeouts: { request: '3s' }, retry: { attempts: 5 } } };

  it('is given up with 504, and its connection closed', async () => {
    const clock = new FakeClock();
    const asked = Promise.withResolvers<undefined>();
    await using hung = await rawBackend(() => {
      asked.resolve(undefined);
    });
    await using gateway = await startHarness({ services: { orders: [hung.port] }, routes: WITHIN_3S, clock });

    const answer = fetch(gateway.url);
    await asked.promise;
    await clock.advance(3_020);
    const problem = await problemOf(await answer);

    expect(problem).toMatchObject({
      status: 504,
      code: 'gateway/timeout',
      detail: 'the service "orders" did not answer within 3000 ms',
    });
    await hung.allClosed();
  });

  it('has the time of all attempts together', async () => {
    const clock = new FakeClock();
    const asked = Promise.withResolvers<undefined>();
    let breaks = 0;
    await using flaky = await rawBackend((socket) => {
      breaks += 1;
      if (breaks === 1) {
        void clock.advance(2_000).then(() => socket.resetAndDestroy());
      } else {
        asked.resolve(undefined);
      }
    });
    await using gateway = await startHarness({ services: { orders: [flaky.port] }, routes: WITHIN_3S, clock });

    const answer = fetch(gateway.url);
    await asked.promise;
    await clock.advance(1_020);

    expect((await answer).status).toBe(504);
  });

  it('is waited for where the route sets no bound', async () => {
    const clock = new FakeClock();
    const asked = Promise.withResolvers<Socket>();
    await using slow = await rawBackend(asked.resolve);
    const routes = { all: { backendRefs: [{ name: 'orders' }], timeouts: { request: '0s' } } };
    await using gateway = await startHarness({ services: { orders: [slow.port] }, routes, clock });

    const answer = fetch(gateway.url);
    const socket = await asked.promise;
    await clock.advance(60_000);
    socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');

    expect(await (await answer).text()).toBe('ok');
  });

  it('may take longer for the rest once its answer has begun', async () => {
    const clock = new FakeClock();
    const asked = Promise.withResolvers<Socket>();
    await using slow = await rawBackend(asked.resolve);
    await using gateway = await startHarness({ services: { orders: [slow.port] }, routes: WITHIN_3S, clock });

    const answer = fetch(gateway.url);
    const socket = await asked.promise;
    socket.write('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello');
    const response = await answer;
    await clock.advance(60_000);
    socket.write('world');

    expect(await response.text()).toBe('helloworld');
  });
});

describe('an answer that is no safe HTTP', () => {
  const OK = 'HTTP/1.1 200 OK\r\n';

  it.each([
    ['length and chunks', `${OK}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n`],
    ['chunks and length', `${OK}Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n5\r\nhello\r\n0\r\n\r\n`],
    ['two lengths', `${OK}Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello`],
    ['a list of lengths', `${OK}Content-Length: 5, 5\r\n\r\nhello`],
    ['a signed length', `${OK}Content-Length: +5\r\n\r\nhello`],
    ['another coding', `${OK}Transfer-Encoding: gzip, chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n`],
    ['a bare carriage return in a field', `${OK}X-A: b\rSet-Cookie: c\r\nContent-Length: 0\r\n\r\n`],
    ['a null character in a field', `${OK}X-A: b\0c\r\nContent-Length: 0\r\n\r\n`],
    ['a control character in a field', `${OK}X-A: b\x01c\r\nContent-Length: 0\r\n\r\n`],
    ['a name that is no token', `${OK}X A: b\r\nContent-Length: 0\r\n\r\n`],
    [
      'a switch nobody asked for',
      'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n',
    ],
    ['no HTTP', 'SSH-2.0-OpenSSH_9.2\r\n'],
    ['a head of 20 KB', `${OK}X-A: ${'a'.repeat(20_000)}\r\n\r\n`],
  ])('becomes 502: %s', async (_what, answer) => {
    await using orders = await rawBackend(answer);
    await using gateway = await startHarness({ services: { orders: [orders.port] }, routes: ONE_TRY });

    const response = await fetch(gateway.url);

    expect(response.headers.get('set-cookie')).toBeNull();
    expect(await problemOf(response)).toMatchObject({ status: 502, code: 'gateway/bad-gateway' });
  });
});

describe('a request that nobody can answer', () => {
  it('leaves its connection open for the next', async () => {
    await using gateway = await startHarness();
    using client = new RawClient(gateway.port);

    await client.send('GET / HTTP/1.1\r\nHost: a\r\n\r\n').until('takes requests');
    const answers = await client.send('GET /2 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n').untilClosed();

    expect(answers.match(/HTTP\/1\.1 503/g)).toHaveLength(2);
    expect(answers.match(/Connection: close/g)).toHaveLength(1);
  });

  it('is answered although its body is still to come, and its connection ends', async () => {
    await using gateway = await startHarness();
    using client = new RawClient(gateway.port);

    client.send('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n');
    await client.until('takes requests');
    const answer = await client.send('x'.repeat(100_000)).untilClosed();

    expect(answer).toContain('Connection: close');
    expect(client.error).toBeUndefined();
  });

  it('is told that no route takes it', async () => {
    const routes = { api: { matches: [{ path: { value: '/api' } }], backendRefs: [{ name: 'orders' }] } };
    await using gateway = await startHarness({ routes });

    const problem = await problemOf(await fetch(`${gateway.url}/other?secret=1`));

    expect(problem).toMatchObject({
      status: 404,
      code: 'gateway/no-route',
      detail: 'no route takes GET /other on 127.0.0.1',
    });
  });

  it.each([
    { status: 'down', override: 'down' },
    { status: 'starting' },
    { status: 'draining' },
    { status: 'out-of-service', override: 'out-of-service' },
  ] as const)('finds no instance where for all holds %j', async (standing) => {
    await using orders = await Backend.start((_request, response) => response.end('ok'));
    await using gateway = await startHarness();
    gateway.registry.set('orders', [{ port: orders.port, ...standing }]);

    const problem = await problemOf(await fetch(gateway.url));

    expect(problem).toMatchObject({
      status: 503,
      code: 'gateway/no-endpoint',
      detail: 'the service "orders" has no instance that takes requests',
    });
    gateway.registry.set('orders', [{ port: orders.port, status: 'warning' }]);
    expect(await (await fetch(gateway.url)).text()).toBe('ok');
  });

  it('asks an instance that fails its checks where there is no other, and says so', async () => {
    await using failing = await Backend.start((_request, response) => response.end('in spite of all'));
    await using orders = await Backend.start((_request, response) => response.end('ok'));
    await using gateway = await startHarness();
    gateway.registry.set('orders', [{ port: failing.port, status: 'down' }, { port: orders.port }]);
    const ask = async () => (await fetch(gateway.url)).text();
    expect([await ask(), await ask()]).toEqual(['ok', 'ok']);

    gateway.registry.set('orders', [
      { port: failing.port, status: 'down' },
      { port: orders.port, status: 'out-of-service', override: 'out-of-service' },
    ]);

    expect([await ask(), await ask()]).toEqual(['in spite of all', 'in spite of all']);
    expect(gateway.lines).toContainEqual(expect.objectContaining({ service: 'orders', change: 'begun' }));
    gateway.registry.set('orders', [{ port: failing.port, status: 'down' }, { port: orders.port }]);
    expect([await ask(), await ask()]).toEqual(['ok', 'ok']);
    expect(gateway.lines).toContainEqual(expect.objectContaining({ service: 'orders', change: 'over' }));
  });

  it('is told when the service has as much to do as it may', async () => {
    const asked = Promise.withResolvers<Socket>();
    await using slow = await rawBackend(asked.resolve);
    await using gateway = await startHarness({
      services: { orders: [slow.port] },
      settings: { SIGNALBOX_MAX_CONNECTIONS: '1' },
    });
    const first = fetch(gateway.url);
    const socket = await asked.promise;

    expect(await problemOf(await fetch(gateway.url))).toMatchObject({ status: 503, code: 'gateway/overloaded' });
    socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
    expect(await (await first).text()).toBe('ok');
  });
});
