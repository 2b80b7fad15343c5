import { describe, expect, it } from 'vitest';

import { FakeClock } from '@signalbox/testkit';

import type { Order } from './order.ts';

import { anOrder } from '../../test/an-order.ts';
import { MemoryJobQueues } from '../../test/memory-job-queues.ts';
import { Dispatcher } from './dispatcher.ts';
import { OrderStore } from './order-store.ts';

async function aDispatcher() {
  const clock = new FakeClock();
  const store = await OrderStore.open({ kind: 'sqlite', file: ':memory:' });
  const queues = new MemoryJobQueues(clock);
  const problems: string[] = [];
  const onProblem = (reason: string) => {
    problems.push(reason);
  };
  const dispatcher = new Dispatcher({ store, queues, clock, onProblem });
  const orderNow = (): Order => anOrder({ placedAt: new Date(clock.now()).toISOString() });
  const dispose = () => store[Symbol.asyncDispose]();
  return { clock, store, queues, dispatcher, problems, orderNow, [Symbol.asyncDispose]: dispose };
}

describe('placing an order', () => {
  it('puts a job for it into the queue, and no second one while that may be under way', async () => {
    await using here = await aDispatcher();
    const order = here.orderNow();

    await here.dispatcher.place(order);
    await here.clock.advance(59_000);
    await here.dispatcher.sweep();

    expect(here.queues.jobs).toEqual([{ kind: 'fulfil-order', orderId: order.id }]);
  });

  it('does so once the queue can be reached, where it can not', async () => {
    await using here = await aDispatcher();
    here.queues.isAway = true;
    const order = here.orderNow();

    await here.dispatcher.place(order);
    const problem = await here.dispatcher.sweep();
    here.queues.isAway = false;
    await here.dispatcher.sweep();

    expect(problem).toBe('the queues are away');
    expect(here.queues.jobs).toEqual([{ kind: 'fulfil-order', orderId: order.id }]);
  });

  it('does so again after a minute where it is not fulfilled, since the queue may have lost it: five times in all', async () => {
    await using here = await aDispatcher();
    await here.dispatcher.place(here.orderNow());

    for (let minute = 0; minute < 10; minute += 1) {
      await here.clock.advance(60_001);
      await here.dispatcher.sweep();
    }

    expect(here.queues.jobs).toHaveLength(5);
  });

  it('does so no more once it is fulfilled', async () => {
    await using here = await aDispatcher();
    const order = here.orderNow();
    await here.dispatcher.place(order);
    await here.store.fulfil(order.id, { at: order.placedAt, by: 'worker-1' });

    await here.clock.advance(60_001);
    await here.dispatcher.sweep();

    expect(here.queues.jobs).toHaveLength(1);
  });

  it('tells of an outage once', async () => {
    await using here = await aDispatcher();
    here.queues.isAway = true;
    await here.dispatcher.place(here.orderNow());
    const stop = new AbortController();

    const running = here.dispatcher.run(stop.signal);
    await here.clock.advance(5_000);
    stop.abort();
    await running;

    expect(here.problems).toEqual(['the queues are away']);
  });
});
