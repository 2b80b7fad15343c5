import { setImmediate as turnOfTheLoop } from 'node:timers/promises';
import { describe, expect, expectTypeOf, it, vi } from 'vitest';

import type { CircuitBreakerOptions } from './options.ts';

import { CircuitBreaker } from './circuit-breaker.ts';
import { CircuitBreakerOpenError } from './errors.ts';

const down = () => Promise.reject(new Error('down'));
const hang = () => new Promise<never>(() => undefined);

function createBreaker(options: CircuitBreakerOptions = {}) {
  return new CircuitBreaker({ trip: { consecutiveFailures: 1 }, now: () => 0, ...options });
}

async function openBreaker(options: CircuitBreakerOptions = {}) {
  const breaker = createBreaker(options);
  await expect(breaker.execute(down)).rejects.toThrow('down');
  return breaker;
}

async function refusalOf(breaker: CircuitBreaker): Promise<CircuitBreakerOpenError> {
  const answer = await breaker.execute<unknown>(() => Promise.resolve('let through'), { fallback: (error) => error });
  return answer instanceof CircuitBreakerOpenError ? answer : expect.unreachable(String(answer));
}

describe('a refusal', () => {
  it('has no stack, and leaves the stacks of others alone', async () => {
    const refusal = await refusalOf(await openBreaker({ name: 'stock' }));

    expect(refusal.message).toBe('circuit stock is open');
    expect(refusal.stack).not.toMatch(/\n +at /);
    expect(new Error('other').stack).toMatch(/\n +at /);
  });

  it('is one error for all calls of an open period, and another for the next', async () => {
    const breaker = await openBreaker();
    const first = await refusalOf(breaker);

    expect(await refusalOf(breaker)).toBe(first);
    breaker.reset();
    await expect(breaker.execute(down)).rejects.toThrow('down');
    expect(await refusalOf(breaker)).not.toBe(first);
  });

  it('is an error of its own with a stack where that is asked for', async () => {
    const breaker = await openBreaker({ stackTraces: true });
    const first = await refusalOf(breaker);

    expect(first.stack).toMatch(/\n +at /);
    expect(await refusalOf(breaker)).not.toBe(first);
  });
});

describe('execute', () => {
  it('sets no timer, whatever it watches and wherever it stands', async () => {
    const timers = () => process.getActiveResourcesInfo().filter((resource) => resource === 'Timeout').length;
    const before = timers();
    const trip = { failureRate: 1, slowCallRate: 1, slowCallMs: 10, windowMs: 1_000, minimumCalls: 3 };
    const breaker = createBreaker({ trip });
    const answers = Array.from({ length: 3 }, () => breaker.execute(hang));

    await Promise.all(Array.from({ length: 3 }, () => breaker.execute(down).catch(() => undefined)));

    expect(answers).toHaveLength(3);
    expect(breaker.state).toBe('open');
    expect(timers()).toBe(before);
  });

  it('counts before the caller hears of it', async () => {
    const breaker = createBreaker();

    const seen = await breaker.execute(down).catch(() => breaker.state);

    expect(seen).toBe('open');
  });

  it.each([0, 1])('leaves a rejection that nobody handles unhandled, after %i failures', async (failures) => {
    const breaker = createBreaker({ trip: { consecutiveFailures: 5 } });
    for (let i = 0; i < failures; i++) {
      await expect(breaker.execute(down)).rejects.toThrow('down');
    }
    const others = process.listeners('unhandledRejection');
    process.removeAllListeners('unhandledRejection');
    const unhandled = new Promise((resolve) => process.once('unhandledRejection', resolve));

    void breaker.execute(() => Promise.reject(new Error('forgotten')));

    await expect(unhandled).resolves.toMatchObject({ message: 'forgotten' });
    await turnOfTheLoop();
    others.forEach((listener) => process.on('unhandledRejection', listener));
  });

  it('keeps the functions that await it in the stack of an error, before others failed or when asked to', async () => {
    const late = async () => {
      await turnOfTheLoop();
      throw new Error('late');
    };
    const stackOf = async (breaker: CircuitBreaker) => {
      try {
        return await breaker.execute(late);
      } catch (error) {
        return (error as Error).stack;
      }
    };
    const healthy = createBreaker();
    const failing = createBreaker({ trip: { consecutiveFailures: 9 }, stackTraces: true });
    await stackOf(failing);

    expect(await stackOf(healthy)).toContain('stackOf');
    expect(await stackOf(failing)).toContain('stackOf');
  });

  it('waits on a thenable once', async () => {
    let started = 0;
    const query: PromiseLike<string> = {
      then: (...handlers) => {
        started += 1;
        return Promise.resolve('rows').then(...handlers);
      },
    };
    const breaker = createBreaker({ trip: { consecutiveFailures: 2 } });
    await expect(breaker.execute(down)).rejects.toThrow('down');

    await expect(breaker.execute(() => query)).resolves.toBe('rows');
    expect(started).toBe(1);
  });
});

describe('a judge', () => {
  const judgeError = () => {
    throw new Error('no judge');
  };

  it.each([0, 1])('that throws is heard of by the caller, after %i failures', async (failures) => {
    const breaker = createBreaker({ trip: { consecutiveFailures: 9 }, judgeError });
    for (let i = 0; i < failures; i++) {
      await expect(breaker.execute(down)).rejects.toThrow('no judge');
    }

    await expect(breaker.execute(down)).rejects.toThrow('no judge');
    const { signal } = new AbortController();
    await expect(breaker.execute(down, { signal })).rejects.toThrow('no judge');
    const late = AbortSignal.timeout(1);
    await expect(breaker.execute(hang, { signal: late })).rejects.toThrow('no judge');
    expect(breaker.snapshot().failureCount).toBe(failures + 3);
  });

  it('that answers no verdict is named, and the call counts as failed', async () => {
    const forgetful = (() => undefined) as () => never; // as without types
    const ofErrors = createBreaker({ judgeError: forgetful });
    const ofResults = createBreaker({ judgeResult: forgetful });

    await expect(ofErrors.execute(down)).rejects.toThrow(
      new TypeError('CircuitBreaker judgeError: must answer success, failure or ignored, not undefined'),
    );
    await expect(ofResults.execute(() => Promise.resolve(1))).rejects.toThrow(
      new TypeError('CircuitBreaker judgeResult: must answer success, failure or ignored, not undefined'),
    );
    expect([ofErrors.state, ofResults.state]).toEqual(['open', 'open']);
  });
});

describe('what can not be called', () => {
  it.each([
    [undefined, undefined, 'call: must be of type function, not undefined'],
    [{}, undefined, 'call: must be of type function, not an object'],
    [down, null, 'execute options: must be of type object, not null'],
    [down, { fallback: 'stale' }, 'execute fallback: must be of type function, not "stale"'],
    [down, { signal: 5 }, 'execute signal: must be an AbortSignal, not 5'],
    [down, { signal: {} }, 'execute signal: must be an AbortSignal, not an object'],
    [down, { signal: null }, 'execute signal: must be an AbortSignal, not null'],
    [down, { timeoutMs: 5 }, 'execute: has no option "timeoutMs"; there are signal, fallback'],
  ])('is refused by execute and wrap, and counts for nothing: %s, %j', (call, options, message) => {
    const breaker = createBreaker();
    const [given, how] = [call, options] as unknown as [typeof down, { signal: AbortSignal }]; // as without types

    expect(() => breaker.execute(given, how)).toThrow(new TypeError(`CircuitBreaker ${message}`));
    expect(() => breaker.wrap(given, how)).toThrow(new TypeError(`CircuitBreaker ${message}`));
    expect(breaker.snapshot()).toMatchObject({ failureCount: 0, totals: { failed: 0, uncounted: 0 } });
  });
});

describe('a signal', () => {
  it('keeps a call from being made when it is aborted already', async () => {
    const breaker = createBreaker();
    const call = vi.fn(down);

    await expect(breaker.execute(call, { signal: AbortSignal.abort('enough') })).rejects.toBe('enough');
    expect(call).not.toHaveBeenCalled();
    expect(breaker.snapshot().totals).toMatchObject({ failed: 0, refused: 0, uncounted: 0 });
  });

  it('ends the wait at once and counts for nothing', async () => {
    const breaker = createBreaker();
    const controller = new AbortController();
    const answer = breaker.execute(hang, { signal: controller.signal });

    controller.abort(new Error('left'));

    await expect(answer).rejects.toThrow('left');
    expect(breaker.snapshot()).toMatchObject({ state: 'closed', totals: { uncounted: 1 } });
  });

  it('gives the permit of an aborted probe to the next', async () => {
    const time = { now: 0 };
    const breaker = await openBreaker({ now: () => time.now });
    time.now = 60_000;
    const controller = new AbortController();
    const probe = breaker.execute(hang, { signal: controller.signal });
    await expect(refusalOf(breaker)).resolves.toBeInstanceOf(CircuitBreakerOpenError);

    controller.abort('left');

    await expect(probe).rejects.toBe('left');
    await expect(breaker.execute(() => Promise.resolve('ok'))).resolves.toBe('ok');
  });

  it('counts a failure when it is that of a timeout', async () => {
    const breaker = createBreaker();
    const controller = new AbortController();
    const answer = breaker.execute(hang, { signal: controller.signal });

    controller.abort(new DOMException('too late', 'TimeoutError'));

    await expect(answer).rejects.toThrow('too late');
    expect(breaker.state).toBe('open');
  });

  it('aborted by the call itself counts as aborted', async () => {
    const breaker = createBreaker();
    const controller = new AbortController();
    const abort = () => {
      controller.abort('mine');
      return hang();
    };

    await expect(breaker.execute(abort, { signal: controller.signal })).rejects.toBe('mine');
    expect(breaker.state).toBe('closed');
  });

  it('is listened to no longer than the call takes', async () => {
    const { signal } = new AbortController();
    const removed = vi.spyOn(signal, 'removeEventListener');

    await createBreaker().execute(() => Promise.resolve(), { signal });
    await expect(createBreaker().execute(down, { signal })).rejects.toThrow('down');

    expect(removed).toHaveBeenCalledTimes(2);
  });
});

describe('a fallback', () => {
  it('answers for a failure and for a refusal, and is told which', async () => {
    const breaker = createBreaker();
    const fallback = (error: unknown) => (error instanceof CircuitBreakerOpenError ? 'refused' : 'failed');

    await expect(breaker.execute<string>(down, { fallback })).resolves.toBe('failed');
    await expect(breaker.execute<string>(down, { fallback })).resolves.toBe('refused');
  });

  it('does not answer a caller who gave up, but one whose time was up', async () => {
    const fallback = () => 'stale';
    const left = createBreaker().execute<string>(hang, { fallback, signal: AbortSignal.abort('left') });
    const late = createBreaker().execute<string>(hang, { fallback, signal: AbortSignal.timeout(1) });

    await expect(left).rejects.toBe('left');
    await expect(late).resolves.toBe('stale');
  });
});

describe('wrap', () => {
  it('makes a function of the same type', async () => {
    const find = <T extends string>(key: T, count = 1): Promise<readonly T[]> =>
      Promise.resolve(Array(count).fill(key));
    const guarded = createBreaker().wrap(find);

    expectTypeOf(guarded).toEqualTypeOf(find);
    await expect(guarded('a', 2)).resolves.toEqual(['a', 'a']);
  });

  it('hands on `this`, and refuses like execute', async () => {
    const breaker = createBreaker();
    const shop = {
      name: 'corner',
      open: breaker.wrap(function (this: { name: string }) {
        return Promise.resolve(this.name);
      }),
    };

    await expect(shop.open()).resolves.toBe('corner');
    breaker.isolate();
    await expect(shop.open()).rejects.toBeInstanceOf(CircuitBreakerOpenError);
  });

  it('takes a fallback', async () => {
    const guarded = createBreaker().wrap((factor: number) => Promise.reject<number>(new Error(`no ${factor}`)), {
      fallback: () => 7,
    });

    await expect(guarded(2)).resolves.toBe(7);
  });
});
