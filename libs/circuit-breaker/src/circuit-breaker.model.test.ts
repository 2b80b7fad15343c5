import { describe, expect, it } from 'vitest';

import type { CallPermit } from './call-permit.ts';
import type { CircuitBreakerOptions } from './options.ts';

import { CircuitBreaker } from './circuit-breaker.ts';

const TIMEOUT = 100;
const STEPS = 400;
const SEEDS = 100;

interface Case {
  readonly trip: NonNullable<CircuitBreakerOptions['trip']>;
  readonly halfOpenPermits: number;
}

/** Mulberry32, a small seeded generator: a failing trace is found again by its seed. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** The state machine as it stands in the documentation, written for being read: every result of a stretch is kept and looked at again. */
class Model {
  state: 'closed' | 'open' | 'half-open' = 'closed';
  round = 0;
  openedAt = 0;
  lastGrant = 0;
  granted = 0;
  results: boolean[] = [];
  readonly #case: Case;

  constructor(testCase: Case) {
    this.#case = testCase;
  }

  ask(now: number): number | undefined {
    if (this.state === 'open' && now - this.openedAt >= TIMEOUT) {
      this.enter('half-open', now);
    }
    const isExhausted = this.granted >= this.#case.halfOpenPermits && now - this.lastGrant < TIMEOUT;
    if (this.state === 'open' || (this.state === 'half-open' && isExhausted)) {
      return undefined;
    }
    this.granted += 1;
    this.lastGrant = now;
    return this.round;
  }

  settle(round: number, isSuccess: boolean, now: number): void {
    if (round !== this.round) {
      return;
    }
    this.results.push(isSuccess);
    if (this.state === 'half-open' && this.results.length === this.#case.halfOpenPermits) {
      this.enter(this.probesFail() ? 'open' : 'closed', now);
    } else if (this.state === 'closed' && !isSuccess && this.trips()) {
      this.enter('open', now);
    }
  }

  private probesFail(): boolean {
    const { trip } = this.#case;
    return 'failureRate' in trip ? shareOfFailures(this.results) >= trip.failureRate : this.results.includes(false);
  }

  private trips(): boolean {
    const { trip } = this.#case;
    if ('consecutiveFailures' in trip) {
      const last = this.results.slice(-trip.consecutiveFailures);
      return last.length === trip.consecutiveFailures && !last.includes(true);
    }
    const last = this.results.slice(-trip.windowCalls);
    return last.length >= trip.minimumCalls && shareOfFailures(last) >= trip.failureRate;
  }

  cancel(round: number): void {
    if (round === this.round) {
      this.granted -= 1;
    }
  }

  private enter(state: 'closed' | 'open' | 'half-open', now: number): void {
    this.state = state;
    this.round += 1;
    this.granted = 0;
    this.results = [];
    this.openedAt = now;
  }
}

function shareOfFailures(results: readonly boolean[]): number {
  return results.filter((isSuccess) => !isSuccess).length / results.length;
}

/** Takes breaker and model through one trace; throws at the first step where they differ. The states seen on the way. */
function follow(seed: number, testCase: Case): Set<string> {
  const random = seeded(seed);
  const model = new Model(testCase);
  let now = 0;
  const breaker = new CircuitBreaker({ ...testCase, recoveryTimeoutMs: TIMEOUT, now: () => now });
  const underWay: { permit: CallPermit; round: number }[] = [];
  const seen = new Set<string>();
  const settleOne = () => {
    const [call] = underWay.splice(Math.floor(random() * underWay.length), 1);
    const outcome = random();
    if (call === undefined) {
      return;
    }
    if (outcome < 0.15) {
      call.permit.cancelled();
      model.cancel(call.round);
    } else if (outcome < 0.6) {
      call.permit.failed();
      model.settle(call.round, false, now);
    } else {
      call.permit.succeeded();
      model.settle(call.round, true, now);
    }
  };
  for (let step = 0; step < STEPS; step++) {
    const action = random();
    if (action < 0.45) {
      const permit = breaker.tryAcquire();
      const round = model.ask(now);
      if ((permit === undefined) !== (round === undefined)) {
        throw new Error(`seed ${seed}, step ${step}: the model ${round === undefined ? 'refuses' : 'lets through'}`);
      }
      if (permit !== undefined && round !== undefined) {
        underWay.push({ permit, round });
      }
    } else if (action < 0.85) {
      settleOne();
    } else {
      now += Math.floor(random() * TIMEOUT);
    }
    if (breaker.state !== model.state) {
      throw new Error(`seed ${seed}, step ${step}: ${breaker.state}, the model is ${model.state}`);
    }
    seen.add(breaker.state);
  }
  return seen;
}

describe('the state machine', () => {
  it.each<Case>([
    { trip: { consecutiveFailures: 1 }, halfOpenPermits: 1 },
    { trip: { consecutiveFailures: 3 }, halfOpenPermits: 2 },
    { trip: { failureRate: 0.5, windowCalls: 6, minimumCalls: 4 }, halfOpenPermits: 3 },
    { trip: { failureRate: 0.8, windowCalls: 10, minimumCalls: 10 }, halfOpenPermits: 1 },
  ])('does what its table says, over random traces: %j', (testCase) => {
    const seen = new Set<string>();
    for (let seed = 1; seed <= SEEDS; seed++) {
      for (const state of follow(seed, testCase)) {
        seen.add(state);
      }
    }

    expect(seen).toEqual(new Set(['closed', 'open', 'half-open']));
  });
});
