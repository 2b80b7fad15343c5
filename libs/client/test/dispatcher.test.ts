import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import * as undici8 from 'undici';
import * as undici7 from 'undici-7';
import { describe, expect, it } from 'vitest';

import type { Instance } from '@signalbox/schemas';

import { CircuitBreakerOpenError } from '@signalbox/circuit-breaker';
import { freePort } from '@signalbox/testkit';

import {
  ClosedError,
  DeadlineExceededError,
  NoInstancesError,
  type ServiceCallerOptions,
  UnreachableError,
} from '../src/index.ts';
import { answering, callerOf, hastyCallerOf, listen, named } from './calls.ts';
import { anInstance } from './fake-registry.ts';

/** More than a socket holds, so that it does not come at once. */
const LONG_BODY = 'long '.repeat(400_000);
/** Any host: the dispatcher of a service does not look at it. */
const URL_OF_PRODUCTS = 'http://anywhere.example:99/api/products?page=2';

describe.each([
  ['8', undici8],
  ['7', undici7 as unknown as typeof undici8], // what is used here is the same in both
])('a dispatcher of undici %s', (_release, undici) => {
  /** A dispatcher of `products`, and who retries at once or, with a fake clock, when the test advances it. */
  async function dispatching(
    instances: Instance[],
    options: Partial<ServiceCallerOptions> = {},
    make: typeof callerOf = hastyCallerOf,
  ) {
    const caller = await make(instances, options);
    const agent = new undici.Agent();
    return {
      ...caller,
      agent,
      dispatcher: caller.services.dispatcher('products', agent),
      async [Symbol.asyncDispose]() {
        await agent.destroy();
        await caller[Symbol.asyncDispose]();
      },
    };
  }

  it('sends what request and fetch send, to the instances in turn', async () => {
    await using first = await listen(named('first'));
    await using second = await listen(named('second'));
    await using mine = await dispatching([
      anInstance({ id: '1', port: first.port }),
      anInstance({ id: '2', port: second.port }),
    ]);
    const { dispatcher } = mine;

    const requested = await undici.request(URL_OF_PRODUCTS, { dispatcher, method: 'POST', body: 'hello' });
    const fetched = await undici.fetch(URL_OF_PRODUCTS, { dispatcher, method: 'PUT', body: 'again' });

    const [one, other] = [await requested.body.text(), await fetched.text()];
    expect(one).toMatch(/ POST \/api\/products\?page=2 hello$/);
    expect(other).toMatch(/ PUT \/api\/products\?page=2 again$/);
    expect(new Set([one, other].map((answer) => answer.split(' ')[0]))).toEqual(new Set(['first', 'second']));
  });

  it('picks the service by the host, where it is composed into an agent', async () => {
    await using server = await listen(named('composed'));
    await using mine = await dispatching([anInstance({ port: server.port })]);
    const dispatcher = mine.agent.compose(mine.services.interceptor());

    const answer = await undici.request('http://products/api', { dispatcher });
    const nobody = undici.request('http://orders/api', { dispatcher });

    expect(await answer.body.text()).toBe('composed GET /api');
    await expect(nobody).rejects.toThrow(NoInstancesError);
  });

  it('passes headers of every form on, and a body of megabytes as it comes', async () => {
    await using server = await listen(({ headers }, response) => {
      response.writeHead(200, { 'x-seen': String(headers['x-mine']) }).end(LONG_BODY);
    });
    await using mine = await dispatching([anInstance({ port: server.port })]);
    const { dispatcher } = mine;

    for (const headers of [{ 'x-mine': ['1', '2'] }, ['x-mine', '1, 2'], new Map([['x-mine', '1, 2']])]) {
      const answer = await undici.request(URL_OF_PRODUCTS, { dispatcher, headers });

      expect(answer.headers['x-seen']).toBe('1, 2');
      expect(await answer.body.text()).toBe(LONG_BODY);
    }
  });

  it('tries again elsewhere what is unreachable, and what an instance can not serve', async () => {
    const dead = await freePort();
    await using failing = await listen((_request, response) => {
      response.writeHead(503).end(LONG_BODY);
    });
    await using server = await listen(named('alive'));
    await using mine = await dispatching([
      anInstance({ id: '1', port: dead }),
      anInstance({ id: '2', port: failing.port }),
      anInstance({ id: '3', port: server.port }),
    ]);
    const { dispatcher } = mine;

    const answers = [
      await undici.request(URL_OF_PRODUCTS, { dispatcher }),
      await undici.request(URL_OF_PRODUCTS, { dispatcher, method: 'PUT', body: 'twice' }),
      await undici.request(URL_OF_PRODUCTS, { dispatcher }),
    ];

    expect(answers.map(({ statusCode }) => statusCode)).toEqual([200, 200, 200]);
    expect(await answers[1]?.body.text()).toBe('alive PUT /api/products?page=2 twice');
  });

  it.each([
    ['short', 'unavailable'],
    ['long', LONG_BODY],
    ['empty', ''],
  ])('hands the last answer on with its body: %s', async (_length, body) => {
    let asked = 0;
    await using server = await listen((_request, response) => {
      asked += 1;
      response.writeHead(503, { 'x-asked': String(asked) }).end(body);
    });
    await using mine = await dispatching([anInstance({ port: server.port })]);

    const answer = await undici.request(URL_OF_PRODUCTS, { dispatcher: mine.dispatcher });

    expect([answer.statusCode, answer.headers['x-asked']]).toEqual([503, '3']);
    expect(await answer.body.text()).toBe(body);
  });

  it('hands an answer on that its instance ended with the connection', async () => {
    await using server = await listen((_request, response) => {
      response.writeHead(503, { connection: 'close' }).end('closing');
    });
    await using mine = await dispatching([anInstance({ port: server.port })]);

    const answer = await undici.request(URL_OF_PRODUCTS, { dispatcher: mine.dispatcher });

    expect([answer.statusCode, await answer.body.text()]).toEqual([503, 'closing']);
  });

  it('tries nothing again that is not idempotent or has a stream as its body', async () => {
    const dead = await freePort();
    await using mine = await dispatching([anInstance({ port: dead })], {
      breaker: { trip: { consecutiveFailures: 3 } },
    });
    const { dispatcher } = mine;
    const stream = new Blob(['once']).stream();

    await expect(undici.request(URL_OF_PRODUCTS, { dispatcher, method: 'POST' })).rejects.toThrow(UnreachableError);
    await expect(
      undici.fetch(URL_OF_PRODUCTS, { dispatcher, method: 'PUT', body: stream, duplex: 'half' }),
    ).rejects.toMatchObject({ cause: { name: 'UnreachableError' } });

    expect([...mine.services.breakers].map((breaker) => breaker.snapshot().failureCount)).toEqual([2]);
  });

  it('tries a POST again that is said to be idempotent', async () => {
    await using server = await listen(answering([503]));
    await using mine = await dispatching([anInstance({ port: server.port })]);
    const dispatcher = mine.services.dispatcher('products', mine.agent, { isIdempotent: true });

    const answer = await undici.request(URL_OF_PRODUCTS, { dispatcher, method: 'POST', body: 'same' });

    expect([answer.statusCode, await answer.body.text()]).toEqual([200, 'same']);
  });

  it('waits as long as an answer asks, and ends when the sender gives up', async () => {
    await using server = await listen(answering([503, 503], { 'retry-after': '3' }));
    const begun = Promise.withResolvers<undefined>();
    const backoff = () => {
      begun.resolve(undefined);
      return 0;
    };
    await using mine = await dispatching([anInstance({ port: server.port })], { retry: { backoff } }, callerOf);
    const enough = new AbortController();
    const failed = expect(
      undici.request(URL_OF_PRODUCTS, { dispatcher: mine.dispatcher, signal: enough.signal }),
    ).rejects.toThrow('enough');
    await begun.promise;

    enough.abort(new Error('enough'));

    await failed;
  });

  it('refuses when the breaker of every endpoint is open', async () => {
    await using server = await listen(answering([503]));
    await using mine = await dispatching([anInstance({ port: server.port })], {
      breaker: { trip: { consecutiveFailures: 1 } },
    });
    const { dispatcher } = mine;

    expect((await undici.request(URL_OF_PRODUCTS, { dispatcher })).statusCode).toBe(503);
    await expect(undici.request(URL_OF_PRODUCTS, { dispatcher })).rejects.toThrow(CircuitBreakerOpenError);
  });

  it('ends at its deadline a request that hangs, which counts against the instance', async () => {
    const asked = Promise.withResolvers<undefined>();
    await using server = await listen(() => {
      asked.resolve(undefined);
    });
    await using mine = await dispatching([anInstance({ port: server.port })], {}, callerOf);
    const request = undici.request(URL_OF_PRODUCTS, { dispatcher: mine.dispatcher });
    const failed = expect(request).rejects.toThrow(DeadlineExceededError);
    await asked.promise;

    await mine.clock.advance(10_000);

    await failed;
    expect([...mine.services.breakers].map((breaker) => breaker.snapshot().failureCount)).toEqual([1]);
  });

  it('goes on to another instance where one takes longer than an attempt may, which counts against that one', async () => {
    const asked = Promise.withResolvers<undefined>();
    await using slow = await listen(() => {
      asked.resolve(undefined);
    });
    await using server = await listen(named('alive'));
    await using mine = await dispatching(
      [anInstance({ id: '1', port: slow.port }), anInstance({ id: '2', port: server.port })],
      { attemptTimeoutMs: 500 },
    );
    const { dispatcher } = mine;
    const before = mine.clock.sleeping;
    const answers = [undici.request(URL_OF_PRODUCTS, { dispatcher }), undici.request(URL_OF_PRODUCTS, { dispatcher })];
    await asked.promise;
    await Promise.race(answers); // the other has answered

    await mine.clock.advance(500);

    const texts = await Promise.all(answers.map(async (answer) => (await answer).body.text()));
    expect(texts).toEqual(Array(2).fill('alive GET /api/products?page=2'));
    expect([...mine.services.breakers].map((breaker) => breaker.snapshot().totals.failed).sort()).toEqual([0, 1]);
    expect(mine.clock.sleeping).toBe(before);
  });

  it('ends at its deadline the reading of a body that stops halfway', async () => {
    await using server = await listen((_request, response) => {
      response.write('half');
    });
    await using mine = await dispatching([anInstance({ port: server.port })], {}, callerOf);
    const answer = await undici.request(URL_OF_PRODUCTS, { dispatcher: mine.dispatcher });
    const failed = expect(answer.body.text()).rejects.toThrow(DeadlineExceededError);

    await mine.clock.advance(10_000);

    await failed;
  });

  it('has no deadline left once the answer has been read', async () => {
    await using server = await listen(named('read'));
    await using mine = await dispatching([anInstance({ port: server.port })], {}, callerOf);
    const before = mine.clock.sleeping;

    await (await undici.request(URL_OF_PRODUCTS, { dispatcher: mine.dispatcher })).body.text();

    expect(mine.clock.sleeping).toBe(before);
  });

  it('counts a sender who gave up, and a request that can not be sent, against no instance', async () => {
    const asked = Promise.withResolvers<undefined>();
    await using server = await listen(() => {
      asked.resolve(undefined);
    });
    await using mine = await dispatching([anInstance({ port: server.port })]);
    const { dispatcher } = mine;
    const enough = new AbortController();
    const failed = expect(undici.request(URL_OF_PRODUCTS, { dispatcher, signal: enough.signal })).rejects.toThrow(
      'enough',
    );
    await asked.promise;
    enough.abort(new Error('enough'));
    await failed;

    await expect(undici.request(URL_OF_PRODUCTS, { dispatcher, headersTimeout: -1 })).rejects.toMatchObject({
      code: 'UND_ERR_INVALID_ARG',
    });

    expect([...mine.services.breakers].map((breaker) => breaker.snapshot().totals.failed)).toEqual([0]);
  });

  it('sends a child of the traceparent with each attempt', async () => {
    const seen: unknown[] = [];
    await using server = await listen(({ headers }, response) => {
      seen.push(headers['traceparent']);
      response.writeHead(seen.length === 1 ? 503 : 200).end();
    });
    await using mine = await dispatching([anInstance({ port: server.port })]);
    const traceparent = `00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01`;

    await undici.request(URL_OF_PRODUCTS, { dispatcher: mine.dispatcher, headers: { traceparent } });

    expect(new Set([...seen, traceparent]).size).toBe(3);
    seen.forEach((header) => {
      expect(header).toMatch(/^00-0af7651916cd43dd8448eb211c80319c-.{16}-01$/);
    });
  });

  it('upgrades a connection to an instance', async () => {
    await using server = await listen(named('not asked'));
    server.http.on('upgrade', (_request, socket) => {
      socket.end('HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: echo\r\n\r\nhello');
    });
    await using mine = await dispatching([anInstance({ port: server.port })]);

    const { socket } = await undici.upgrade(URL_OF_PRODUCTS, { dispatcher: mine.dispatcher, protocol: 'echo' });

    expect(await text(socket)).toBe('hello');
    socket.destroy();
    await once(socket, 'close');
  });

  it('fails after the caller was closed', async () => {
    await using mine = await dispatching([anInstance()]);

    mine.services.close();

    await expect(undici.request(URL_OF_PRODUCTS, { dispatcher: mine.dispatcher })).rejects.toThrow(ClosedError);
    expect(() => mine.services.interceptor()).toThrow(ClosedError);
  });
});

describe('a dispatcher', () => {
  it.each([
    ['8', new undici8.Agent()],
    ['7', new undici7.Agent()],
  ])('over an agent of undici %s goes with the fetch of this Node', async (_release, agent) => {
    await using server = await listen(answering([503]));
    await using mine = await hastyCallerOf([anInstance({ port: server.port })]);
    const dispatcher: unknown = mine.services.dispatcher('products', agent);

    const answer = await fetch(URL_OF_PRODUCTS, { dispatcher, method: 'DELETE' } as RequestInit); // the types of Node's undici differ

    expect(answer.status).toBe(200);
    await answer.text();
    await agent.destroy();
  });

  it('refuses a request of a release that speaks otherwise, which would wait for ever', async () => {
    await using mine = await callerOf([anInstance()]);
    const neverAsked: (options: object, handler: object) => boolean = () => true;
    const intercept = mine.services.interceptor()(neverAsked);

    expect(() =>
      intercept({ origin: 'http://products', path: '/', method: 'GET' }, { onConnect: () => undefined }),
    ).toThrow('the request comes from a release of undici that the agent does not go with');
  });

  it('of a deadline out of range is refused', async () => {
    await using mine = await callerOf([]);
    const agent = new undici8.Agent();

    expect(() => mine.services.dispatcher('products', agent, { deadlineMs: 0 })).toThrow('deadlineMs: must be from 1');
    expect(() => mine.services.interceptor({ deadlineMs: 0 })).toThrow('deadlineMs: must be from 1');
    await agent.close();
  });
});
