import { describe, expect, it } from 'vitest';

import type { ServiceCaller } from '../src/index.ts';

import { hastyCallerOf, listen, named } from './calls.ts';
import { anInstance } from './fake-registry.ts';

/** An instance that takes requests and never answers. */
async function hanging() {
  const { promise: asked, resolve } = Promise.withResolvers<undefined>();
  const server = await listen(() => {
    resolve(undefined);
  });
  return Object.assign(server, { asked });
}

function failuresOf({ breakers }: ServiceCaller): number[] {
  return [...breakers].map((breaker) => breaker.snapshot().totals.failed).sort();
}

describe('attemptTimeoutMs', () => {
  it('lets another instance answer where one does not, which counts against that one', async () => {
    await using slow = await hanging();
    await using server = await listen(named('alive'));
    await using mine = await hastyCallerOf(
      [anInstance({ id: '1', port: slow.port }), anInstance({ id: '2', port: server.port })],
      { attemptTimeoutMs: 500 },
    );
    const products = mine.services.fetch('products');
    const answers = [products('/'), products('/')];
    await slow.asked;
    await Promise.race(answers); // the other has answered

    await mine.clock.advance(500);

    const texts = await Promise.all(answers.map(async (answer) => (await answer).text()));
    expect(texts).toEqual(['alive GET /', 'alive GET /']);
    expect(failuresOf(mine.services)).toEqual([0, 1]);
  });

  it('fails what may not be sent again, with address and time', async () => {
    await using slow = await hanging();
    await using mine = await hastyCallerOf([anInstance({ port: slow.port })]);
    const products = mine.services.fetch('products', { attemptTimeoutMs: 500 });
    const failing = products('/', { method: 'POST' });
    const failed = expect(failing).rejects.toMatchObject({
      code: 'SIGNALBOX_UNREACHABLE',
      message: `no answer from http://127.0.0.1:${slow.port}: not done within 500 ms`,
    });
    await slow.asked;

    await mine.clock.advance(500);

    await failed;
    expect(failuresOf(mine.services)).toEqual([1]);
  });

  it('is that of each attempt, and no longer than the deadline', async () => {
    await using slow = await hanging();
    await using mine = await hastyCallerOf([anInstance({ port: slow.port })], { attemptTimeoutMs: 500 });
    const failing = mine.services.fetch('products', { deadlineMs: 200 })('/');
    const failed = expect(failing).rejects.toThrow('not done within 200 ms');
    await slow.asked;

    await mine.clock.advance(200);

    await failed;
  });

  it('leaves an answer that has begun its time', async () => {
    const { promise: released, resolve: release } = Promise.withResolvers<undefined>();
    await using server = await listen((_request, response) => {
      response.write('first');
      void released.then(() => response.end(' second'));
    });
    await using mine = await hastyCallerOf([anInstance({ port: server.port })], { attemptTimeoutMs: 500 });
    const answer = await mine.services.fetch('products')('/');

    await mine.clock.advance(9_999);
    release(undefined);

    expect(await answer.text()).toBe('first second');
  });
});
