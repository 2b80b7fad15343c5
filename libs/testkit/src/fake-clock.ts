import { setImmediate as turnOfTheLoop } from 'node:timers/promises';

import type { Clock } from '@signalbox/clock';

interface Sleeper {
  readonly wakesAt: number;
  wake(): void;
}

/** A clock that stands still until a test advances it. */
export class FakeClock implements Clock {
  #now: number;
  readonly #sleepers = new Set<Sleeper>();

  constructor(startMs = 1_750_000_000_000) {
    this.#now = startMs;
  }

  /** How many sleeps are under way: zero after everything that a test started has been closed. */
  get sleeping(): number {
    return this.#sleepers.size;
  }

  now(): number {
    return this.#now;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted) {
      return Promise.reject(signal.reason as Error); // an abort reason is typed any by the platform
    }
    if (ms <= 0) {
      return turnOfTheLoop();
    }
    const { promise, resolve, reject } = Promise.withResolvers<undefined>();
    const giveUp = () => {
      this.#sleepers.delete(sleeper);
      reject(signal?.reason as Error); // an abort reason is typed any by the platform
    };
    const sleeper: Sleeper = {
      wakesAt: this.#now + ms,
      wake: () => {
        this.#sleepers.delete(sleeper);
        signal?.removeEventListener('abort', giveUp);
        resolve(undefined);
      },
    };
    this.#sleepers.add(sleeper);
    signal?.addEventListener('abort', giveUp, { once: true });
    return promise;
  }

  /** Moves time on and wakes whoever is due, in order, letting each run before the next; also those who sleep again meanwhile. */
  async advance(ms: number): Promise<void> {
    const target = this.#now + ms;
    await turnOfTheLoop();
    for (let next = this.#nextDue(target); next !== undefined; next = this.#nextDue(target)) {
      this.#now = next.wakesAt;
      next.wake();
      await turnOfTheLoop();
    }
    this.#now = target;
    await turnOfTheLoop();
  }

  #nextDue(target: number): Sleeper | undefined {
    let earliest: Sleeper | undefined;
    for (const sleeper of this.#sleepers) {
      if (sleeper.wakesAt <= target && (earliest === undefined || sleeper.wakesAt < earliest.wakesAt)) {
        earliest = sleeper;
      }
    }
    return earliest;
  }
}
