import { describe, expect, it } from 'vitest';

import { CircuitBreakerOpenError } from '@signalbox/circuit-breaker';

import { ClosedError, DeadlineExceededError } from '../src/index.ts';
import { answering, callerOf, listen, named } from './calls.ts';
import { dispatching, RELEASES, URL_OF_PRODUCTS } from './dispatching.ts';
import { anInstance } from './fake-registry.ts';

describe.each(RELEASES)('what is sent by a dispatcher of undici %s', (_release, undici) => {
  it('waits as long as an answer asks, and ends when the sender gives up', async () => {
    await using server = await listen(answering([503, 503], { 'retry-after': '3' }));
    const begun = Promise.withResolvers<undefined>();
    const backoff = () => {
      begun.resolve(undefined);
      return 0;
    };
    await using mine = await dispatching(undici, [anInstance({ port: server.port })], {
      retry: { backoff },
      make: callerOf,
    });
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
    await using mine = await dispatching(undici, [anInstance({ port: server.port })], {
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
    await using mine = await dispatching(undici, [anInstance({ port: server.port })], { make: callerOf });
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
      undici,
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
    await using mine = await dispatching(undici, [anInstance({ port: server.port })], { make: callerOf });
    const answer = await undici.request(URL_OF_PRODUCTS, { dispatcher: mine.dispatcher });
    const failed = expect(answer.body.text()).rejects.toThrow(DeadlineExceededError);

    await mine.clock.advance(10_000);

    await failed;
  });

  it('has no deadline left once the answer has been read', async () => {
    await using server = await listen(named('read'));
    await using mine = await dispatching(undici, [anInstance({ port: server.port })], { make: callerOf });
    const before = mine.clock.sleeping;

    await (await undici.request(URL_OF_PRODUCTS, { dispatcher: mine.dispatcher })).body.text();

    expect(mine.clock.sleeping).toBe(before);
  });

  it('counts a sender who gave up, and a request that can not be sent, against no instance', async () => {
    const asked = Promise.withResolvers<undefined>();
    await using server = await listen(() => {
      asked.resolve(undefined);
    });
    await using mine = await dispatching(undici, [anInstance({ port: server.port })]);
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

  it('fails after the caller was closed', async () => {
    await using mine = await dispatching(undici, [anInstance()]);

    mine.services.close();

    await expect(undici.request(URL_OF_PRODUCTS, { dispatcher: mine.dispatcher })).rejects.toThrow(ClosedError);
    expect(() => mine.services.interceptor()).toThrow(ClosedError);
  });
});
