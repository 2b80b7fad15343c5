import { getEventListeners } from 'node:events';
import { describe, expect, it } from 'vitest';

import { CircuitBreakerOpenError } from '@signalbox/circuit-breaker';
import { FakeClock, FaultProxy, freePort } from '@signalbox/testkit';

import {
  ClosedError,
  DeadlineExceededError,
  NoInstancesError,
  RegistryClient,
  ServiceCaller,
  UnreachableError,
} from '../src/index.ts';
import { answering, callerOf, listen, named } from './calls.ts';
import { anInstance } from './fake-registry.ts';

describe('services.fetch', () => {
  it('takes no address that would run into the port of an endpoint', async () => {
    await using shop = await callerOf([anInstance({ port: 808 })]);

    await expect(shop.services.fetch('products')('x:0/secrets')).rejects.toThrow(TypeError);
  });

  it('does nothing more once the caller is closed', async () => {
    await using shop = await callerOf([anInstance()]);
    const products = shop.services.fetch('products');

    shop.services.close();

    await expect(products('/')).rejects.toThrow(ClosedError);
  });

  it('lets go of the signal that it was given, at the latest at its deadline', async () => {
    await using instance = await listen(named('one'));
    await using shop = await callerOf([anInstance({ port: instance.port })]);
    const { signal } = new AbortController();
    await shop.services.fetch('products', { deadlineMs: 50 })('/', { signal });
    const before = getEventListeners(signal, 'abort').length;

    await shop.clock.advance(50);

    expect(before).toBeGreaterThan(0);
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });

  it('sends requests to the instances in turn, by path or by an address of any host', async () => {
    await using first = await listen(named('first'));
    await using second = await listen(named('second'));
    await using mine = await callerOf([
      anInstance({ id: '1', port: first.port }),
      anInstance({ id: '2', port: second.port }),
    ]);
    const products = mine.services.fetch('products');

    const answers = [
      await (await products('/api/products?page=2')).text(),
      await (await products(new URL('http://products.internal/api/products'))).text(),
      await (await products('http://anywhere:99/api')).text(),
    ].map((answer) => answer.split(' '));

    expect(answers.map(([, , target]) => target)).toEqual(['/api/products?page=2', '/api/products', '/api']);
    expect(new Set(answers.slice(0, 2).map(([name]) => name))).toEqual(new Set(['first', 'second']));
    expect(answers[2]?.[0]).toBe(answers[0]?.[0]);
  });

  it('passes method, headers and body on, also of a Request', async () => {
    await using server = await listen(named('first'));
    await using mine = await callerOf([anInstance({ port: server.port })]);
    const products = mine.services.fetch('products');

    const plain = await products('/a', { method: 'POST', body: 'hello' });
    const request = await products(new Request('http://products/b', { method: 'PUT', body: 'again' }));

    expect([await plain.text(), await request.text()]).toEqual(['first POST /a hello', 'first PUT /b again']);
  });

  it('leaves instances out that are not routable, or speak another protocol', async () => {
    await using server = await listen(named('up'));
    const dead = await freePort();
    await using mine = await callerOf([
      anInstance({ id: '1', port: dead, status: 'down' }),
      anInstance({ id: '2', port: dead, status: 'draining' }),
      anInstance({ id: '3', port: dead, scheme: 'grpc' }),
      anInstance({ id: '4', port: server.port, status: 'warning' }),
    ]);
    const products = mine.services.fetch('products');

    const answers = await Promise.all([products('/'), products('/'), products('/')]);

    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
  });

  it('fails with the name of a service that has no routable instance', async () => {
    await using mine = await callerOf([anInstance({ status: 'out-of-service', override: 'out-of-service' })]);

    const failing = mine.services.fetch('products')('/');

    await expect(failing).rejects.toThrow(NoInstancesError);
    await expect(failing).rejects.toThrow('no routable instance of products (1 known)');
  });

  it('waits for the first answer of the registry, but not for ever', async () => {
    const clock = new FakeClock();
    await using client = new RegistryClient({ url: `http://127.0.0.1:${await freePort()}`, clock });
    using services = new ServiceCaller({ registry: client, clock });
    const failing = services.fetch('products')('/');
    const failed = expect(failing).rejects.toThrow(NoInstancesError);

    await clock.advance(2_000);

    await failed;
  });

  it('does not wait for it where the caller has given up already', async () => {
    await using client = new RegistryClient({ url: `http://127.0.0.1:${await freePort()}` });
    using services = new ServiceCaller({ registry: client });

    const failing = services.fetch('products')('/', { signal: AbortSignal.abort(new Error('too late')) });

    await expect(failing).rejects.toThrow('too late');
  });

  it('follows the registry: an instance that comes is used', async () => {
    await using server = await listen(named('late'));
    await using mine = await callerOf([]);
    const products = mine.services.fetch('products');
    await expect(products('/')).rejects.toThrow(NoInstancesError);
    const seen = Promise.withResolvers<undefined>();
    mine.watch.onChange(() => {
      seen.resolve(undefined);
    });

    mine.registry.put(anInstance({ port: server.port }));
    await seen.promise;

    expect((await products('/')).status).toBe(200);
  });

  it('refuses wrong arguments as fetch does, which counts against no instance', async () => {
    await using server = await listen(named('first'));
    await using mine = await callerOf([anInstance({ port: server.port })], {
      breaker: { trip: { consecutiveFailures: 1 } },
    });
    const products = mine.services.fetch('products');

    await expect(products('/', { method: 'BAD METHOD' })).rejects.toThrow(TypeError);
    await expect(products('http://[')).rejects.toThrow(TypeError);

    expect((await products('/')).status).toBe(200);
  });

  it('is refused after closing', async () => {
    await using mine = await callerOf([]);

    mine.services.close();

    expect(() => mine.services.fetch('products')).toThrow(ClosedError);
  });
});

describe('the breaker of an endpoint', () => {
  it('opens after failures, and what is left open refuses with its own error', async () => {
    const dead = await freePort();
    await using mine = await callerOf([anInstance({ port: dead })], {
      breaker: { trip: { consecutiveFailures: 2 } },
      retry: { attempts: 1 },
    });
    const products = mine.services.fetch('products');
    await expect(products('/')).rejects.toThrow(UnreachableError);
    await expect(products('/')).rejects.toThrow(UnreachableError);

    const refused = products('/');

    await expect(refused).rejects.toThrow(CircuitBreakerOpenError);
    await expect(refused).rejects.toMatchObject({ retryAfterMs: 60_000 });
  });

  it('opens after five failures in a row for a minute, and takes one call to close, by default', async () => {
    const statuses = [503, 503, 503, 503, 200, 503, 503, 503, 503, 503];
    await using server = await listen(answering(statuses));
    await using mine = await callerOf([anInstance({ port: server.port })], { retry: { attempts: 1 } });
    const products = mine.services.fetch('products');
    for (const status of statuses) {
      expect((await products('/')).status).toBe(status);
    }

    await expect(products('/')).rejects.toMatchObject({ retryAfterMs: 60_000 });
    await mine.clock.advance(60_000);
    const [first, second] = await Promise.allSettled([products('/'), products('/')]);

    expect([first.status, second.status]).toEqual(['fulfilled', 'rejected']);
    expect((await products('/')).status).toBe(200);
  });

  it.each([502, 503, 504])('counts %i as a failure, and hands it on', async (status) => {
    await using server = await listen((_, response) => {
      response.writeHead(status).end();
    });
    await using mine = await callerOf([anInstance({ port: server.port })], {
      breaker: { trip: { consecutiveFailures: 1 } },
    });
    const products = mine.services.fetch('products');

    expect((await products('/')).status).toBe(status);
    await expect(products('/')).rejects.toThrow(CircuitBreakerOpenError);
  });

  it('lets requests through to the others', async () => {
    await using failing = await listen((_, response) => {
      response.writeHead(503).end();
    });
    await using healthy = await listen(named('healthy'));
    await using mine = await callerOf(
      [anInstance({ id: '1', port: failing.port }), anInstance({ id: '2', port: healthy.port })],
      { breaker: { trip: { consecutiveFailures: 1 } }, retry: { attempts: 1 } },
    );
    const products = mine.services.fetch('products');
    await Promise.all([products('/'), products('/')]);

    const answers = await Promise.all([products('/'), products('/'), products('/')]);

    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
  });

  it('lets the endpoint prove itself after a while', async () => {
    const statuses = [503];
    await using server = await listen((_, response) => {
      response.writeHead(statuses.shift() ?? 200).end();
    });
    await using mine = await callerOf([anInstance({ port: server.port })], {
      breaker: { trip: { consecutiveFailures: 1 }, recoveryTimeoutMs: 1_000 },
    });
    const products = mine.services.fetch('products');
    await products('/');

    await mine.clock.advance(1_000);

    expect((await products('/')).status).toBe(200);
  });

  it('does not count a caller who gave up', async () => {
    await using server = await listen(() => undefined);
    await using mine = await callerOf([anInstance({ port: server.port })], {
      breaker: { trip: { consecutiveFailures: 1 } },
    });
    const products = mine.services.fetch('products');
    const enough = new AbortController();
    const waiting = products('/', { signal: enough.signal });
    enough.abort(new Error('not needed any more'));
    await expect(waiting).rejects.toThrow('not needed any more');

    const next = products('/', { signal: AbortSignal.abort(new Error('not refused')) });

    await expect(next).rejects.toThrow('not refused');
  });
});

describe('a deadline', () => {
  it.each<[string, (response: Response) => Promise<unknown>]>([
    ['text', (response) => response.text()],
    ['json', (response) => response.json().catch(() => undefined)],
    ['bytes', (response) => response.arrayBuffer()],
  ])('is over once the answer was read: %s', async (_, read) => {
    await using server = await listen(named('read'));
    await using mine = await callerOf([anInstance({ port: server.port })]);
    const before = mine.clock.sleeping;
    const response = await mine.services.fetch('products')('/');
    expect(mine.clock.sleeping).toBe(before + 1);

    await read(response);

    expect(mine.clock.sleeping).toBe(before);
  });

  it('holds for a reading that is under way, though another is refused', async () => {
    await using server = await listen((_, response) => {
      response.write('half');
    });
    await using mine = await callerOf([anInstance({ port: server.port })]);
    const response = await mine.services.fetch('products')('/');
    const failed = expect(response.text()).rejects.toThrow(DeadlineExceededError);

    await expect(response.json()).rejects.toThrow(TypeError);
    await mine.clock.advance(10_000);

    await failed;
  });

  it('ends a call to an instance that hangs', async () => {
    const asked = Promise.withResolvers<undefined>();
    await using server = await listen(() => {
      asked.resolve(undefined);
    });
    await using mine = await callerOf([anInstance({ port: server.port })]);
    const failing = mine.services.fetch('products', { deadlineMs: 3_000 })('/');
    const failed = expect(failing).rejects.toThrow(DeadlineExceededError);
    await asked.promise;

    await mine.clock.advance(3_000);

    await failed;
  });

  it('ends the reading of a body that stops halfway', async () => {
    await using server = await listen((_, response) => {
      response.write('half');
    });
    await using mine = await callerOf([anInstance({ port: server.port })]);
    const response = await mine.services.fetch('products')('/');
    const failed = expect(response.text()).rejects.toThrow(DeadlineExceededError);

    await mine.clock.advance(10_000);

    await failed;
  });

  it('of Infinity is none', async () => {
    await using server = await listen(named('first'));
    await using mine = await callerOf([anInstance({ port: server.port })]);

    const response = await mine.services.fetch('products', { deadlineMs: Infinity })('/');

    expect(await response.text()).toBe('first GET /');
  });

  it('is no failure of a connection, and not repeated', async () => {
    await using server = await listen(named('first'));
    await using proxy = await FaultProxy.start(server);
    proxy.pause();
    await using mine = await callerOf([
      anInstance({ id: '1', port: proxy.port }),
      anInstance({ id: '2', port: proxy.port, address: 'localhost' }),
    ]);
    const failed = expect(mine.services.fetch('products')('/')).rejects.toThrow(DeadlineExceededError);

    await mine.clock.advance(10_000);

    await failed;
  });
});
