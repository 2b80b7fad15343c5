import { describe, expect, it } from 'vitest';

import { type CallPermit, CircuitBreaker } from './circuit-breaker.ts';

const TIMEOUT = 100;
const THRESHOLD = 3;
const PERMITS = 2;
const STEPS = 400;

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

/** The state machine as it stands in the documentation, written for being read: rounds of calls, each with its own results. */
class Model {
  state: 'closed' | 'open' | 'half-open' = 'closed';
  round = 0;
  failuresInARow = 0;
  openedAt = 0;
  roundBegan = 0;
  granted = 0;
  results: boolean[] = [];

  ask(now: number): number | undefined {
    const overdue = this.state === 'half-open' && this.granted >= PERMITS && now - this.roundBegan >= TIMEOUT;
    if ((this.state === 'open' && now - this.openedAt >= TIMEOUT) || overdue) {
      this.enter('half-open', now);
    }
    if (this.state === 'open' || (this.state === 'half-open' && this.granted >= PERMITS)) {
      return undefined;
    }
    this.granted += 1;
    return this.round;
  }

  settle(round: number, isSuccess: boolean, now: number): void {
    if (round !== this.round) {
      return;
    }
    if (this.state === 'half-open') {
      this.results.push(isSuccess);
      if (this.results.length === PERMITS) {
        this.enter(this.results.every(Boolean) ? 'closed' : 'open', now);
      }
      return;
    }
    this.failuresInARow = isSuccess ? 0 : this.failuresInARow + 1;
    if (this.failuresInARow >= THRESHOLD) {
      this.enter('open', now);
    }
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
    this.failuresInARow = 0;
    this.openedAt = now;
    this.roundBegan = now;
  }
}

function follow(seed: number): void {
  const random = seeded(seed);
  const model = new Model();
  let now = 0;
  const breaker = new CircuitBreaker({
    trip: { consecutiveFailures: THRESHOLD },
    recoveryTimeoutMs: TIMEOUT,
    halfOpenPermits: PERMITS,
    now: () => now,
  });
  const underWay: { permit: CallPermit; round: number }[] = [];
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
      expect(permit !== undefined, `seed ${seed}, step ${step}: let through`).toBe(round !== undefined);
      if (permit !== undefined && round !== undefined) {
        underWay.push({ permit, round });
      }
    } else if (action < 0.85) {
      settleOne();
    } else {
      now += Math.floor(random() * TIMEOUT);
    }
    expect(breaker.state, `seed ${seed}, step ${step}: state`).toBe(model.state);
  }
}

describe('the state machine', () => {
  it('does what its table says, over two hundred random traces', () => {
    for (let seed = 1; seed <= 200; seed++) {
      follow(seed);
    }
  });
});
