import { describe, expect, it } from 'vitest';

import { CircuitBreakerOpenError } from '@signalbox/circuit-breaker';
import { freePort } from '@signalbox/testkit';

import { NoInstancesError, UnreachableError } from '../src/index.ts';
import { answering, callerOf, hastyCallerOf, listen, named } from './calls.ts';
import { anInstance } from './fake-registry.ts';
import { Mailbox } from './mailbox.ts';

/** Tells when the wait before another attempt begins, which is as long as the answer asks. */
function announcedBackoff() {
  const { promise: begun, resolve } = Promise.withResolvers<undefined>();
  const backoff = () => {
    resolve(undefined);
    return 0;
  };
  return { backoff, begun };
}

describe('an instance that can not be reached', () => {
  it.each<[string, { method?: string; body?: string | URLSearchParams }]>([
    ['no body', {}],
    ['an idempotent method and a body that can be sent again', { method: 'PUT', body: 'twice' }],
    ['the header of a form', { method: 'PUT', body: new URLSearchParams({ a: '1' }) }],
  ])('is passed over by a request with %s', async (_, init) => {
    await using server = await listen(named('alive'));
    const dead = await freePort();
    await using mine = await hastyCallerOf([
      anInstance({ id: '1', port: dead }),
      anInstance({ id: '2', port: server.port }),
    ]);
    const products = mine.services.fetch('products');

    const answers = [await products('/', init), await products('/', init)];

    expect(await Promise.all(answers.map((answer) => answer.text()))).toEqual(
      Array.from({ length: 2 }, () => `alive ${[init.method ?? 'GET', '/', init.body ?? ''].join(' ').trim()}`),
    );
  });

  const stream = () => new Blob(['once']).stream();
  it.each([
    ['a method that is not idempotent', {}, () => ({ method: 'POST', body: 'once' })],
    ['a body that is a stream', {}, () => ({ method: 'PUT', body: stream(), duplex: 'half' as const })],
    [
      'a stream, idempotent or not',
      { isIdempotent: true },
      () => ({ method: 'POST', body: stream(), duplex: 'half' as const }),
    ],
    ['an idempotent method, but said not to be', { isIdempotent: false }, () => ({})],
  ])('fails a request with %s', async (_, options, init) => {
    await using server = await listen(named('alive'));
    const dead = await freePort();
    await using mine = await hastyCallerOf([
      anInstance({ id: '1', port: dead }),
      anInstance({ id: '2', port: server.port }),
    ]);
    const products = mine.services.fetch('products', options);

    const outcomes = await Promise.allSettled([products('/', init()), products('/', init())]);

    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  });

  it('is passed over by a POST that is said to be idempotent', async () => {
    await using server = await listen(named('alive'));
    const dead = await freePort();
    await using mine = await hastyCallerOf([
      anInstance({ id: '1', port: dead }),
      anInstance({ id: '2', port: server.port }),
    ]);
    const products = mine.services.fetch('products', { isIdempotent: true });

    const answers = [await products('/', { method: 'POST' }), await products('/', { method: 'POST' })];

    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
  });

  it('fails the request with its address where there is no other', async () => {
    const dead = await freePort();
    await using mine = await hastyCallerOf([anInstance({ port: dead })]);

    const failing = mine.services.fetch('products')('/');

    await expect(failing).rejects.toThrow(UnreachableError);
    await expect(failing).rejects.toThrow(`http://127.0.0.1:${dead}`);
  });

  it('is asked again where there is no other, as it may be back', async () => {
    let asked = 0;
    await using server = await listen((request, response) => {
      asked += 1;
      if (asked === 1) {
        request.socket.destroy();
      } else {
        response.end();
      }
    });
    await using mine = await hastyCallerOf([anInstance({ port: server.port })]);

    expect((await mine.services.fetch('products')('/')).status).toBe(200);
    expect(asked).toBe(2);
  });

  it('leaves those for last that were asked already', async () => {
    const asked: string[] = [];
    const failing = (name: string) =>
      listen((_, response) => {
        asked.push(name);
        response.writeHead(503).end();
      });
    await using a = await failing('a');
    await using b = await failing('b');
    await using c = await failing('c');
    await using mine = await hastyCallerOf([a, b, c].map(({ port }, at) => anInstance({ id: String(at), port })));

    expect((await mine.services.fetch('products')('/')).status).toBe(503);
    expect(asked.sort()).toEqual(['a', 'b', 'c']);
  });
});

describe('an answer', () => {
  it.each([429, 502, 503, 504])('of %i is asked for again, up to three times in all', async (status) => {
    await using server = await listen(answering([status, status, 200]));
    await using mine = await hastyCallerOf([anInstance({ port: server.port })]);
    const products = mine.services.fetch('products');

    expect((await products('/')).status).toBe(200);
  });

  it('that the last attempt brings is handed on', async () => {
    await using server = await listen(answering([503, 503, 502, 200]));
    await using mine = await hastyCallerOf([anInstance({ port: server.port })]);

    expect((await mine.services.fetch('products')('/')).status).toBe(502);
  });

  it.each([500, 404])('of %i is final', async (status) => {
    await using server = await listen(answering([status]));
    await using mine = await hastyCallerOf([anInstance({ port: server.port })]);

    expect((await mine.services.fetch('products')('/')).status).toBe(status);
  });

  it('is handed on rather than given up for an attempt that every breaker refuses', async () => {
    await using server = await listen(answering([503]));
    await using mine = await hastyCallerOf([anInstance({ port: server.port })], {
      breaker: { trip: { consecutiveFailures: 1 } },
    });
    const products = mine.services.fetch('products');

    expect((await products('/')).status).toBe(503);
    await expect(products('/')).rejects.toThrow(CircuitBreakerOpenError);
  });

  it('with Retry-After is not asked for again before that', async () => {
    const asked: string[] = [];
    await using server = await listen((_, response) => {
      asked.push('once');
      response.writeHead(asked.length === 1 ? 503 : 200, { 'retry-after': '3' }).end();
    });
    const { backoff, begun } = announcedBackoff();
    await using mine = await callerOf([anInstance({ port: server.port })], { retry: { backoff } });
    const answer = mine.services.fetch('products')('/');
    await begun;

    await mine.clock.advance(2_999);
    expect(asked).toHaveLength(1);
    await mine.clock.advance(1);

    expect((await answer).status).toBe(200);
  });

  it('with Retry-After does not hold another instance up', async () => {
    await using busy = await listen(answering([503], { 'retry-after': '3' }));
    await using idle = await listen(named('idle'));
    await using mine = await hastyCallerOf([
      anInstance({ id: '1', port: busy.port, weight: 100 }),
      anInstance({ id: '2', port: idle.port }),
    ]);

    const answer = await mine.services.fetch('products')('/');

    expect(await answer.text()).toBe('idle GET /');
  });

  it('that names a quota holds for every instance', async () => {
    await using busy = await listen(answering([429], { 'retry-after': '20' }));
    await using idle = await listen(named('idle'));
    await using mine = await callerOf([
      anInstance({ id: '1', port: busy.port, weight: 100 }),
      anInstance({ id: '2', port: idle.port }),
    ]);

    expect((await mine.services.fetch('products')('/')).status).toBe(429);
  });

  it('is given up for a wait of a minute', async () => {
    await using server = await listen(answering([503], { 'retry-after': '60' }));
    const { backoff, begun } = announcedBackoff();
    await using mine = await callerOf([anInstance({ port: server.port })], { retry: { backoff } });
    const answer = mine.services.fetch('products', { deadlineMs: Infinity })('/');
    await begun;

    await mine.clock.advance(60_000);

    expect((await answer).status).toBe(200);
  });

  it('is handed on where it asks for more than a minute, also without a deadline', async () => {
    await using server = await listen(answering([503], { 'retry-after': '61' }));
    await using mine = await callerOf([anInstance({ port: server.port })]);

    expect((await mine.services.fetch('products', { deadlineMs: Infinity })('/')).status).toBe(503);
  });

  it('with a Retry-After beyond the deadline is handed on at once', async () => {
    await using server = await listen(answering([503], { 'retry-after': '10' }));
    await using mine = await callerOf([anInstance({ port: server.port })]);

    expect((await mine.services.fetch('products')('/')).status).toBe(503);
  });
});

describe('retries', () => {
  it('end with the signal of the caller', async () => {
    await using server = await listen(answering([503]));
    const { backoff, begun } = announcedBackoff();
    await using mine = await callerOf([anInstance({ port: server.port })], { retry: { backoff } });
    const enough = new AbortController();
    const ended = expect(mine.services.fetch('products')('/', { signal: enough.signal })).rejects.toThrow('enough');
    await begun;

    enough.abort(new Error('enough'));

    await ended;
  });

  it('share one deadline: a wait that would end after it is not begun', async () => {
    await using server = await listen((_, response) => {
      response.writeHead(503).end();
    });
    const waits = new Mailbox<number>();
    const backoff = (attempt: number) => {
      waits.put(attempt);
      return 400;
    };
    await using mine = await callerOf([anInstance({ port: server.port })], { retry: { attempts: 100, backoff } });
    const answer = mine.services.fetch('products', { deadlineMs: 1_000 })('/');

    expect(await waits.next()).toBe(0);
    await mine.clock.advance(400);
    expect(await waits.next()).toBe(1);
    await mine.clock.advance(400);

    expect((await answer).status).toBe(503);
  });

  it('of a service are bounded by its budget, whoever calls it', async () => {
    let asked = 0;
    await using server = await listen((_, response) => {
      asked += 1;
      response.writeHead(503).end();
    });
    await using mine = await hastyCallerOf([anInstance({ port: server.port })], {
      breaker: { trip: { consecutiveFailures: 1_000 } },
      retry: { budget: { share: 0.1, minimumPerSecond: 0 } },
    });

    for (let i = 0; i < 10; i++) {
      await mine.services.fetch('products')('/');
    }

    expect(asked).toBe(11);
  });

  it('of a service are a fifth of its calls and ten more, by default', async () => {
    let asked = 0;
    await using server = await listen((_, response) => {
      asked += 1;
      response.writeHead(503).end();
    });
    await using mine = await hastyCallerOf([anInstance({ port: server.port })], {
      breaker: { trip: { consecutiveFailures: 1_000 } },
    });

    for (let i = 0; i < 50; i++) {
      await mine.services.fetch('products')('/');
    }

    expect(asked).toBe(50 + 10 + 10);
  });

  it('go to instances that fail their checks only where there is no other', async () => {
    await using failing = await listen(named('failing'));
    const down = anInstance({ id: '1', port: failing.port, status: 'down' });
    await using mine = await callerOf([down]);
    await using out = await callerOf([{ ...down, override: 'down' }]);

    const answer = await mine.services.fetch('products')('/');

    expect(await answer.text()).toContain('failing');
    await expect(out.services.fetch('products')('/')).rejects.toThrow(NoInstancesError);
  });

  it('are none for a service without instances', async () => {
    await using mine = await callerOf([]);

    await expect(mine.services.fetch('products')('/')).rejects.toThrow(NoInstancesError);
  });
});
