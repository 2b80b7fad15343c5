import { describe, expect, it } from 'vitest';

import { FakeClock } from '@signalbox/testkit';

import { Audience } from './audience.ts';
import { LongPolls } from './long-polls.ts';
import { PolledInstances } from './polled-instances.ts';

const PAIR = { service: 'orders', environment: 'production' };
const ONE = { ...PAIR, instanceId: 'orders-1' };

function polled(options: { maxInstances?: number; maxPolls?: number } = {}) {
  const clock = new FakeClock();
  const audience = new Audience();
  const { maxInstances, maxPolls } = options;
  return {
    clock,
    audience,
    instances: new PolledInstances({ clock, audience, ...(maxInstances !== undefined && { maxInstances }) }),
    polls: new LongPolls({ clock, audience, ...(maxPolls !== undefined && { maxPolls }) }),
  };
}

describe('an instance that polls', () => {
  it('is in the audience with what it runs and rejected, as one that holds a socket', () => {
    const { audience, instances } = polled();

    instances.poll(ONE, 'etag-1');
    instances.report(ONE, { type: 'rejected', etag: 'etag-2', reason: 'why' });

    expect([...audience]).toMatchObject([{ ...ONE, applied: 'etag-1', rejected: { etag: 'etag-2', reason: 'why' } }]);
  });

  it('no longer rejects once it applied another', () => {
    const { audience, instances } = polled();
    instances.report(ONE, { type: 'rejected', etag: 'etag-2', reason: 'why' });

    instances.report(ONE, { type: 'applied', etag: 'etag-3' });

    expect([...audience]).toHaveLength(1);
    expect([...audience][0]).not.toHaveProperty('rejected');
  });

  it('is forgotten two minutes after it was seen last', async () => {
    const { audience, clock, instances } = polled();
    instances.poll(ONE, 'etag-1');
    await clock.advance(119_999);
    instances.poll(ONE, 'etag-1');
    await clock.advance(119_999);
    expect([...audience]).toHaveLength(1);

    await clock.advance(1);

    expect([...audience]).toHaveLength(0);
    expect(clock.sleeping).toBe(0);
  });

  it('is listed however many there are, in the place of the one that was seen the longest ago', () => {
    const { audience, clock, instances } = polled({ maxInstances: 2 });
    instances.poll(ONE, 'etag-1');
    instances.poll({ ...ONE, instanceId: 'made-up-1' }, undefined);
    instances.poll(ONE, 'etag-1');

    instances.poll({ ...ONE, instanceId: 'made-up-2' }, undefined);

    expect([...audience].map(({ instanceId }) => instanceId)).toEqual(['orders-1', 'made-up-2']);
    expect(clock.sleeping).toBe(2);
  });

  it('is one of 20,000 that are listed at a time, by default', () => {
    const { audience, instances } = polled();
    for (let at = 0; at <= 20_000; at += 1) {
      instances.poll({ ...ONE, instanceId: `orders-${at}` }, undefined);
    }

    expect([...audience]).toHaveLength(20_000);
    instances.close();
  });

  it('leaves nothing behind when the server ends', () => {
    const { audience, clock, instances } = polled();
    instances.poll(ONE, 'etag-1');

    instances.close();

    expect([...audience]).toHaveLength(0);
    expect(clock.sleeping).toBe(0);
  });
});

describe('a long poll', () => {
  it('ends when its time is over, and not before', async () => {
    const { clock, polls } = polled();
    const waiting = polls.forChange(PAIR, 30_000, new AbortController().signal);
    await clock.advance(29_999);
    expect(polls.waiting).toBe(1);

    await clock.advance(1);

    await waiting;
    expect(polls.waiting).toBe(0);
  });

  it('ends when its caller leaves', async () => {
    const { audience, polls } = polled();
    const gone = new AbortController();
    const waiting = polls.forChange(PAIR, 30_000, gone.signal);

    gone.abort();

    await waiting;
    expect([...audience]).toHaveLength(0);
  });

  it('ends when the server does, and begins no more', async () => {
    const { polls } = polled();
    const waiting = polls.forChange(PAIR, 30_000, new AbortController().signal);

    polls.close();

    await waiting;
    await polls.forChange(PAIR, 30_000, new AbortController().signal);
  });

  it('is refused where too many wait', async () => {
    const { polls } = polled({ maxPolls: 1 });
    const first = polls.forChange(PAIR, 30_000, new AbortController().signal);

    await expect(polls.forChange(PAIR, 30_000, new AbortController().signal)).rejects.toThrow(
      '1 callers wait for a change already',
    );

    polls.close();
    await first;
  });
});
