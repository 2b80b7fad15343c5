import type { ServerResponse } from 'node:http';

import { describe, expect, it } from 'vitest';

import { FakeClock, freePort } from '@signalbox/testkit';

import { Backend } from './backend.ts';
import { type Harness, startHarness } from './harness.ts';

const ONE_TRY = { all: { backendRefs: [{ name: 'orders' }], retry: { attempts: 0 } } };
const BREAKER_FAILURES = 5;

const busy = (_request: unknown, response: ServerResponse) => response.writeHead(503).end('the shop is closed');
const open = (_request: unknown, response: ServerResponse) => response.end('ok');

async function ask(gateway: Harness, times: number): Promise<string[]> {
  const answers = [];
  for (let i = 0; i < times; i++) {
    const response = await fetch(gateway.url);
    const text = await response.text();
    answers.push(response.headers.get('content-type') === 'application/problem+json' ? codeOf(text) : text);
  }
  return answers;
}

function codeOf(text: string): string {
  return (JSON.parse(text) as { code: string }).code; // problem+json of the gateway has one
}

describe('an application that answers 503', () => {
  it.each([1, 2, 3])('is heard where all of its %d instances do', async (count) => {
    await using orders = await Backend.start(busy);
    const services = { orders: Array<number>(count).fill(orders.port) };
    await using gateway = await startHarness({ services, routes: ONE_TRY, clock: new FakeClock() });

    const answers = await ask(gateway, 3 * count * BREAKER_FAILURES);

    expect(new Set(answers)).toEqual(new Set(['the shop is closed']));
  });

  it('in one instance of two is left alone for the other', async () => {
    await using failing = await Backend.start(busy);
    await using orders = await Backend.start(open);
    const services = { orders: [failing.port, orders.port] };
    await using gateway = await startHarness({ services, routes: ONE_TRY, clock: new FakeClock() });

    const answers = await ask(gateway, 30);

    expect(answers.filter((answer) => answer !== 'ok')).toHaveLength(BREAKER_FAILURES);
  });

  it('in most instances does not leave the few others alone with the requests of all', async () => {
    await using failing = await Backend.start(busy);
    await using orders = await Backend.start(open);
    const services = { orders: [failing.port, failing.port, orders.port] };
    await using gateway = await startHarness({ services, routes: ONE_TRY, clock: new FakeClock() });

    const answers = await ask(gateway, 60);

    expect(answers.filter((answer) => answer === 'ok')).toHaveLength(20);
  });

  it('is served again by the guard of its breaker, once it has recovered', async () => {
    const clock = new FakeClock();
    const state = { answer: busy };
    await using orders = await Backend.start((request, response) => state.answer(request, response));
    await using gateway = await startHarness({ services: { orders: [orders.port] }, routes: ONE_TRY, clock });
    await ask(gateway, BREAKER_FAILURES);

    state.answer = open;
    const answers = await ask(gateway, 1);
    await clock.advance(1_500);
    answers.push(...(await ask(gateway, 1)));

    expect(answers).toEqual(['ok', 'ok']);
    expect(gateway.lines.flatMap(({ msg, change }) => (msg === 'circuit breaker' ? [change] : []))).toEqual([
      'given-up',
      'taken-back',
    ]);
  });
});

describe('instances that can not be reached', () => {
  it('are not asked in spite of their breakers where the others answer 503', async () => {
    await using failing = await Backend.start(busy);
    const services = { orders: [await freePort(), failing.port] };
    await using gateway = await startHarness({ services, routes: ONE_TRY, clock: new FakeClock() });
    await ask(gateway, 2 * BREAKER_FAILURES);

    const answers = await ask(gateway, 10);

    expect(new Set(answers)).toEqual(new Set(['the shop is closed']));
  });
});
