import { describe, expect, it } from 'vitest';

import { CircuitBreaker } from './circuit-breaker.ts';

function createBreaker() {
  const time = { now: 0 };
  const breaker = new CircuitBreaker({
    trip: { consecutiveFailures: 1 },
    recoveryTimeoutMs: 100,
    now: () => time.now,
  });
  const heard: unknown[] = [];
  for (const event of ['success', 'failure', 'refusal', 'stateChange'] as const) {
    breaker.on(event, (happened) => heard.push([event, happened]));
  }
  return { breaker, heard, time };
}

describe('the events of a breaker', () => {
  it('tell the story of its calls in order', () => {
    const { breaker, heard, time } = createBreaker();

    breaker.tryAcquire()?.succeeded();
    breaker.tryAcquire()?.failed('down');
    breaker.tryAcquire();
    time.now = 100;
    breaker.tryAcquire()?.succeeded();

    expect(heard).toEqual([
      ['success', { isSlow: false }],
      ['failure', { cause: 'down', isSlow: false }],
      ['stateChange', { from: 'closed', to: 'open' }],
      ['refusal', { state: 'open' }],
      ['stateChange', { from: 'open', to: 'half-open' }],
      ['success', { isSlow: false }],
      ['stateChange', { from: 'half-open', to: 'closed' }],
    ]);
  });

  it('do not tell of what does not count', () => {
    const { breaker, heard } = createBreaker();
    const late = breaker.tryAcquire();
    breaker.tryAcquire()?.cancelled();
    breaker.reset();

    late?.failed();

    expect(heard).toEqual([]);
    expect(breaker.snapshot().totals.uncounted).toBe(2);
  });

  it('reach the other listeners when one throws, whose error goes uncaught', async () => {
    const breaker = new CircuitBreaker();
    const heard: string[] = [];
    breaker.on('success', () => {
      throw new Error('broken listener');
    });
    breaker.on('success', () => heard.push('second'));
    const others = process.listeners('uncaughtException');
    process.removeAllListeners('uncaughtException');
    const uncaught = new Promise((resolve) => process.once('uncaughtException', resolve));

    await expect(breaker.execute(() => Promise.resolve('fine'))).resolves.toBe('fine');

    await expect(uncaught).resolves.toMatchObject({ message: 'broken listener' });
    others.forEach((listener) => process.on('uncaughtException', listener));
    expect(heard).toEqual(['second']);
  });

  it('leave it isolated where a listener isolated it, whatever the call that was told of says', () => {
    const { breaker } = createBreaker();
    breaker.on('failure', () => {
      breaker.isolate();
    });

    breaker.tryAcquire()?.failed();

    expect(breaker.state).toBe('isolated');
  });

  it('let no probe through where a listener isolated it as it became half-open', () => {
    const { breaker, time } = createBreaker();
    breaker.tryAcquire()?.failed();
    breaker.on('stateChange', ({ to }) => {
      if (to === 'half-open') {
        breaker.isolate();
      }
    });
    time.now = 100;

    expect(breaker.tryAcquire()).toBeUndefined();
    expect(breaker.state).toBe('isolated');
  });

  it('leave nothing counted where a listener reset it, not even the call that was told of', () => {
    const { breaker } = createBreaker();
    breaker.on('failure', () => {
      breaker.reset();
    });

    breaker.tryAcquire()?.failed();

    expect(breaker.snapshot()).toMatchObject({ state: 'closed', failureCount: 0 });
  });

  it('reach every listener in the order in which they happened, also what a listener made happen', () => {
    const breaker = new CircuitBreaker({ trip: { consecutiveFailures: 1 } });
    const heard: string[] = [];
    breaker.on('stateChange', ({ to }) => {
      if (to === 'open') {
        breaker.isolate();
      }
    });
    breaker.on('stateChange', ({ from, to }) => heard.push(`${from} -> ${to}`));

    breaker.tryAcquire()?.failed();

    expect(heard).toEqual(['closed -> open', 'open -> isolated']);
  });

  it('reach neither who was taken away before, nor who came after', () => {
    const breaker = new CircuitBreaker();
    const heard: string[] = [];
    breaker.on('success', () => {
      stopSecond();
      breaker.on('success', () => heard.push('third'));
    });
    const stopSecond = breaker.on('success', () => heard.push('second'));

    breaker.tryAcquire()?.succeeded();

    expect(heard).toEqual([]);
  });

  it.each([
    ['opened', () => undefined, 'event: must be one of stateChange, success, failure, refusal, not "opened"'],
    ['toString', () => undefined, 'event: must be one of stateChange, success, failure, refusal, not "toString"'],
    ['success', undefined, 'listener: must be of type function, not undefined'],
  ])('are refused by another name than their own, and to what is no listener: %s', (event, listener, message) => {
    const { breaker } = createBreaker();

    expect(() => breaker.on(event as 'success', listener as () => void)).toThrow(
      new TypeError(`CircuitBreaker ${message}`),
    );
  });
});
