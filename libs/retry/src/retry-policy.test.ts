import { describe, expect, expectTypeOf, it, vi } from 'vitest';

import { CircuitBreaker } from '@signalbox/circuit-breaker';
import { FakeClock } from '@signalbox/testkit';

import { isIdempotentMethod } from './idempotent-method.ts';
import { RetryBudget } from './retry-budget.ts';
import { type RetryOptions, toRetrySettings } from './retry-options.ts';
import { type RetryCallOptions, RetryPolicy } from './retry-policy.ts';
import { judgeResponse } from './verdict.ts';

const IDEMPOTENT = { isIdempotent: true };

function createPolicy(options: RetryOptions = {}) {
  const clock = new FakeClock();
  return { clock, policy: new RetryPolicy({ backoff: () => 100, clock, ...options }) };
}

/** Rejects so many times and then resolves. */
function failing(times: number) {
  let calls = 0;
  return vi.fn(() => {
    calls += 1;
    return calls <= times ? Promise.reject(new Error(`failure ${calls}`)) : Promise.resolve(`result ${calls}`);
  });
}

/** What becomes of a promise while time goes by. */
async function after<T>(clock: FakeClock, ms: number, promise: Promise<T>): Promise<T> {
  const settled = Promise.allSettled([promise]);
  await clock.advance(ms);
  await settled;
  return promise;
}

describe('RetryPolicy', () => {
  it('calls again after the backoff, and answers the first result', async () => {
    const { clock, policy } = createPolicy();
    const call = failing(2);

    await expect(after(clock, 200, policy.execute(call, IDEMPOTENT))).resolves.toBe('result 3');
    expect(clock.sleeping).toBe(0);
  });

  it('gives up after three attempts by default, with what the last one rejected with', async () => {
    const { clock, policy } = createPolicy({ attempts: undefined, deadlineMs: undefined });
    const call = failing(5);

    await expect(after(clock, 1_000, policy.execute(call, IDEMPOTENT))).rejects.toThrow('failure 3');
    expect(call).toHaveBeenCalledTimes(3);
  });

  it('calls once what it was not told to be idempotent', async () => {
    const { policy } = createPolicy();
    const call = failing(1);

    await expect(policy.execute(call)).rejects.toThrow('failure 1');
    await expect(policy.execute(failing(1), { isIdempotent: isIdempotentMethod('post') })).rejects.toThrow('failure 1');
    expect(call).toHaveBeenCalledTimes(1);
  });

  it('tells the backoff how often was tried and how long was waited', async () => {
    const asked: [number, number][] = [];
    const backoff = (attempt: number, previousMs: number) => {
      asked.push([attempt, previousMs]);
      return 10 * (attempt + 1);
    };
    const { clock, policy } = createPolicy({ backoff, attempts: 4 });

    await after(clock, 100, policy.execute(failing(3), IDEMPOTENT));

    expect(asked).toEqual([
      [0, 0],
      [1, 10],
      [2, 20],
    ]);
  });

  it('does not call again after an error that is judged final', async () => {
    const { policy } = createPolicy({ judgeError: () => 'final' });
    const call = failing(1);

    await expect(policy.execute(call, IDEMPOTENT)).rejects.toThrow('failure 1');
    expect(call).toHaveBeenCalledTimes(1);
  });

  it('waits as long as a response asks, and lets go of its body', async () => {
    const { clock, policy } = createPolicy({ judgeResult: judgeResponse });
    const busy = new Response('busy', { status: 503, headers: { 'retry-after': '2' } });
    const call = vi.fn(() => Promise.resolve(new Response('fine'))).mockResolvedValueOnce(busy);
    const answer = policy.execute(call, IDEMPOTENT);

    await clock.advance(1_999);
    expect(call).toHaveBeenCalledTimes(1);
    await clock.advance(1);

    expect(await (await answer).text()).toBe('fine');
    expect(await busy.body?.getReader().read()).toMatchObject({ done: true });
  });

  it('answers the last result where attempts run out', async () => {
    const { clock, policy } = createPolicy({ judgeResult: () => 'again', attempts: 2 });

    await expect(after(clock, 100, policy.execute(failing(0), IDEMPOTENT))).resolves.toBe('result 2');
  });

  it('does not begin a wait that would end after the deadline', async () => {
    const { policy } = createPolicy({ deadlineMs: 100 });

    await expect(policy.execute(failing(1), IDEMPOTENT)).rejects.toThrow('failure 1');
  });

  it.each([Infinity, 2 ** 31])('does not wait %d ms, deadline or not', async (againAfterMs) => {
    const { policy } = createPolicy({ deadlineMs: Infinity, judgeError: () => ({ againAfterMs }) });

    await expect(policy.execute(failing(1), IDEMPOTENT)).rejects.toThrow('failure 1');
  });

  it('ends an attempt at the deadline of all, by default 30 s, and tells the call', async () => {
    const { clock, policy } = createPolicy();
    const signals: AbortSignal[] = [];
    const call = vi.fn(({ signal }: { signal: AbortSignal }) => {
      signals.push(signal);
      return signals.length === 1 ? Promise.reject(new Error('first')) : new Promise<never>(() => undefined);
    });

    const answer = after(clock, 30_000, policy.execute(call, IDEMPOTENT));

    await expect(answer).rejects.toMatchObject({
      code: 'SIGNALBOX_RETRY_DEADLINE',
      message: 'not done within 30000 ms and 2 attempts',
      cause: { message: 'first' },
    });
    expect(signals[1]?.aborted).toBe(true);
    expect(clock.sleeping).toBe(0);
  });

  it('ends when the caller gives up: before, during an attempt, or while waiting', async () => {
    const { clock, policy } = createPolicy();
    const call = failing(9);
    await expect(policy.execute(call, { signal: AbortSignal.abort('early') })).rejects.toBe('early');
    expect(call).not.toHaveBeenCalled();

    const during = new AbortController();
    const hung = policy.execute(() => new Promise<never>(() => undefined), { signal: during.signal });
    during.abort('during');
    await expect(hung).rejects.toBe('during');

    const waiting = new AbortController();
    const answer = policy.execute(call, { ...IDEMPOTENT, signal: waiting.signal });
    const rejected = expect(answer).rejects.toBe('waiting');
    await clock.advance(50);
    waiting.abort('waiting');
    await rejected;
    expect(clock.sleeping).toBe(0);
  });

  it('retries no more than its budget allows, whoever shares it', async () => {
    const clock = new FakeClock();
    const budget = new RetryBudget({ share: 0.5, minimumPerSecond: 0, now: () => clock.now() });
    const first = new RetryPolicy({ backoff: () => 0, clock, budget });
    const second = new RetryPolicy({ backoff: () => 0, clock, budget });
    const calls = [failing(9), failing(9), failing(9), failing(9)];

    for (const [index, call] of calls.entries()) {
      await after(clock, 0, (index % 2 === 0 ? first : second).execute(call, IDEMPOTENT)).catch(() => undefined);
    }

    expect(calls.map(({ mock }) => mock.calls.length)).toEqual([1, 2, 1, 2]);
  });

  it('wraps a function without changing its type', async () => {
    const { clock, policy } = createPolicy();
    const find = vi.fn((id: number) => Promise.resolve(`article ${id}`)).mockRejectedValueOnce(new Error('down'));
    const plain = (id: number) => find(id);
    const guarded = policy.wrap(plain, IDEMPOTENT);

    expectTypeOf(guarded).toEqualTypeOf(plain);
    await expect(after(clock, 100, guarded(7))).resolves.toBe('article 7');
  });

  it('composes with a circuit breaker in one line, and waits for its next probe', async () => {
    const { clock, policy } = createPolicy({ attempts: 5 });
    const breaker = new CircuitBreaker({
      trip: { consecutiveFailures: 2 },
      recoveryTimeoutMs: 5_000,
      now: () => clock.now(),
    });
    const call = failing(2);

    const answer = policy.execute(() => breaker.execute(call), IDEMPOTENT);

    await expect(after(clock, 5_200, answer)).resolves.toBe('result 3');
    expect(breaker.snapshot()).toMatchObject({ state: 'closed', totals: { refused: 1 } });
  });

  it.each([
    [{ attempts: 0 }, 'attempts: must be an integer from 1 to 100, not 0'],
    [{ attempts: 1.5 }, 'attempts: must be an integer from 1 to 100, not 1.5'],
    [{ attempts: 101 }, 'attempts: must be an integer from 1 to 100, not 101'],
    [{ deadlineMs: 0.9 }, 'deadlineMs: must be a number from 1 to 2147483647 or Infinity, not 0.9'],
    [{ deadlineMs: NaN }, 'deadlineMs: must be a number from 1 to 2147483647 or Infinity, not NaN'],
    [{ deadlineMs: 2 ** 31 }, 'deadlineMs: must be a number from 1 to 2147483647 or Infinity, not 2147483648'],
    [
      { clock: { now: () => NaN, sleep: () => Promise.resolve() } },
      'clock.now(): must be a finite number of milliseconds, not NaN',
    ],
  ])('names an option out of range: %j', (options, message) => {
    expect(() => new RetryPolicy(options)).toThrow(new RangeError(`RetryPolicy ${message}`));
  });

  it.each([
    [null, ' options: must be of type object, not null'],
    [{ attempts: '3' }, ' attempts: must be of type number, not "3"'],
    [{ deadlineMs: null }, ' deadlineMs: must be of type number, not null'],
    [{ backoff: 100 }, ' backoff: must be of type function, not 100'],
    [{ judgeError: 'again' }, ' judgeError: must be of type function, not "again"'],
    [{ judgeResult: {} }, ' judgeResult: must be of type function, not an object'],
    [{ budget: { share: 0.2 } }, ' budget: must be a RetryBudget, not an object'],
    [{ clock: () => 0 }, ' clock: must be of type object, not a function'],
    [{ clock: {} }, ' clock.now: must be of type function, not undefined'],
    [{ clock: { now: () => 0 } }, ' clock.sleep: must be of type function, not undefined'],
    [
      { maxAttempts: 3 },
      ': has no option "maxAttempts"; there are attempts, backoff, deadlineMs, budget, judgeError, judgeResult, clock',
    ],
  ])('refuses what is no such option: %o', (options, message) => {
    expect(() => new RetryPolicy(options as RetryOptions)).toThrow(new TypeError(`RetryPolicy${message}`));
  });

  it.each([
    { attempts: 1 },
    { attempts: 100 },
    { deadlineMs: 1 },
    { deadlineMs: 2 ** 31 - 1 },
    { deadlineMs: Infinity },
  ])('takes options up to the ends of their ranges: %j', async (options) => {
    const { policy } = createPolicy(options);

    await expect(policy.execute(failing(0))).resolves.toBe('result 1');
  });

  it('waits by the exponential backoff unless told otherwise: up to 100 ms, then up to 200 ms', () => {
    const { backoff } = toRetrySettings({ backoff: undefined });
    const longest = (attempt: number) => Math.max(...Array.from({ length: 2_000 }, () => backoff(attempt, 0)));

    // that none of 2,000 falls into the last fiftieth has a chance of less than one in 10^17
    expect(longest(0)).toSatisfy((ms: number) => ms > 98 && ms < 100);
    expect(longest(1)).toSatisfy((ms: number) => ms > 196 && ms < 200);
  });

  it('gives up at once, by default, after what the caller aborted', async () => {
    const { policy } = createPolicy();
    const call = vi.fn(() => Promise.reject(new DOMException('left', 'AbortError')));

    await expect(policy.execute(call, IDEMPOTENT)).rejects.toThrow('left');
    expect(call).toHaveBeenCalledTimes(1);
  });

  it.each([
    [undefined, {}, 'call: must be of type function, not undefined'],
    [failing(0), null, 'execute options: must be of type object, not null'],
    [failing(0), { isIdempotent: 'yes' }, 'execute isIdempotent: must be of type boolean, not "yes"'],
    [failing(0), { signal: {} }, 'execute signal: must be an AbortSignal, not an object'],
    [failing(0), { idempotent: true }, 'execute: has no option "idempotent"; there are isIdempotent, signal'],
  ])('refuses what can not be called, and how it can not be: %o, %j', async (call, options, message) => {
    const { policy } = createPolicy();
    const [given, how] = [call, options] as unknown as [() => Promise<string>, RetryCallOptions]; // as without types

    await expect(policy.execute(given, how)).rejects.toThrow(new TypeError(`RetryPolicy ${message}`));
    expect(() => policy.wrap(given, how)).toThrow(new TypeError(`RetryPolicy ${message}`));
  });

  it.each([
    [
      { judgeError: () => undefined },
      'RetryPolicy: a judge must answer final, again or { againAfterMs }, not undefined',
    ],
    [{ judgeError: () => 'retry' }, 'RetryPolicy: a judge must answer final, again or { againAfterMs }, not "retry"'],
    [
      { judgeError: () => ({ againAfterMs: NaN }) },
      'RetryPolicy: a judge must answer final, again or { againAfterMs }, not an object',
    ],
    [{ backoff: () => NaN }, 'RetryPolicy backoff: must answer a number of milliseconds, not NaN'],
    [{ backoff: () => '100' }, 'RetryPolicy backoff: must answer a number of milliseconds, not "100"'],
  ])('names what answers in no such way, and keeps what the attempt rejected with: %o', async (options, message) => {
    const { policy } = createPolicy(options as RetryOptions);

    await expect(policy.execute(failing(1), IDEMPOTENT)).rejects.toMatchObject({
      name: 'TypeError',
      message,
      cause: { message: 'failure 1' },
    });
  });
});

describe('isIdempotentMethod', () => {
  it.each(['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE', 'TRACE', 'get', 'Put'])('is true of %s', (method) => {
    expect(isIdempotentMethod(method)).toBe(true);
  });

  it.each(['POST', 'PATCH', 'CONNECT', 'patch', ''])('is false of "%s"', (method) => {
    expect(isIdempotentMethod(method)).toBe(false);
  });
});
