import { describe, expect, it } from 'vitest';

import { seededRandom } from '@signalbox/testkit';

import type { CallPermit } from '../src/call-permit.ts';
import type { CircuitState } from '../src/state.ts';

import { CircuitBreaker } from '../src/circuit-breaker.ts';
import { type Case, ReferenceModel } from './reference-model.ts';
import { readStateTable, type Transition } from './state-table.ts';

const SEEDS = 60;
const STEPS = 400;
const SLOW_MS = 40;
const LONGEST_STEP_MS = 60;

const CASES: readonly Case[] = [
  { trip: { consecutiveFailures: 1 }, halfOpenPermits: 1, recoveryTimeoutMs: 100 },
  { trip: { consecutiveFailures: 3 }, halfOpenPermits: 2, recoveryTimeoutMs: { initialMs: 50, maxMs: 300 } },
  { trip: { failureRate: 0.5, windowCalls: 6, minimumCalls: 4 }, halfOpenPermits: 3, recoveryTimeoutMs: 100 },
  { trip: { failureRate: 0.8, windowCalls: 10, minimumCalls: 10 }, halfOpenPermits: 1, recoveryTimeoutMs: 100 },
  {
    trip: { slowCallRate: 0.5, slowCallMs: SLOW_MS, windowCalls: 8, minimumCalls: 5 },
    halfOpenPermits: 2,
    recoveryTimeoutMs: 100,
  },
  {
    trip: { failureRate: 0.7, slowCallRate: 0.6, slowCallMs: SLOW_MS, windowMs: 500, minimumCalls: 3 },
    halfOpenPermits: 2,
    recoveryTimeoutMs: { initialMs: 40, maxMs: 200 },
  },
  { trip: { failureRate: 0.6, windowMs: 1_000, minimumCalls: 4 }, halfOpenPermits: 1, recoveryTimeoutMs: 100 },
];

interface CallUnderWay {
  readonly permit: CallPermit;
  readonly stretch: number;
  readonly startedAt: number;
}

/** One trace of calls, results, commands and time that breaker and model are taken through together. */
class Trace {
  readonly #random: () => number;
  readonly #model: ReferenceModel;
  readonly #breaker: CircuitBreaker;
  readonly #slowCallMs: number;
  readonly #underWay: CallUnderWay[] = [];
  #now = 0;

  constructor(seed: number, testCase: Case, table: readonly Transition[]) {
    this.#random = seededRandom(seed);
    this.#model = new ReferenceModel(table, testCase);
    this.#breaker = new CircuitBreaker({ ...testCase, now: () => this.#now });
    this.#slowCallMs = 'slowCallMs' in testCase.trip ? (testCase.trip.slowCallMs ?? Infinity) : Infinity;
  }

  /** Does something at random; the states that breaker and model are in after it. */
  step(): { readonly breaker: CircuitState; readonly model: CircuitState } {
    const choice = this.#random();
    if (choice < 0.42) {
      this.#call();
    } else if (choice < 0.84) {
      this.#settleOne();
    } else if (choice < 0.985) {
      this.#now += Math.floor(this.#random() * LONGEST_STEP_MS);
    } else {
      this.#command(this.#random() < 0.3 ? 'isolate' : 'reset');
    }
    return { breaker: this.#breaker.state, model: this.#model.state };
  }

  #call(): void {
    const permit = this.#breaker.tryAcquire();
    const stretch = this.#model.call(this.#now);
    if ((permit === undefined) !== (stretch === undefined) && this.#breaker.state === this.#model.state) {
      throw new Error(`the model ${stretch === undefined ? 'refuses' : 'lets through'} while ${this.#model.state}`);
    }
    if (permit !== undefined && stretch !== undefined) {
      this.#underWay.push({ permit, stretch, startedAt: this.#now });
    }
  }

  #settleOne(): void {
    const [call] = this.#underWay.splice(Math.floor(this.#random() * this.#underWay.length), 1);
    const outcome = this.#random();
    if (call === undefined) {
      return;
    }
    if (outcome < 0.15) {
      call.permit.cancelled();
      this.#model.ignored(this.#now, call.stretch);
      return;
    }
    const isFailure = outcome < 0.6;
    if (isFailure) {
      call.permit.failed();
    } else {
      call.permit.succeeded();
    }
    const isSlow = this.#now - call.startedAt >= this.#slowCallMs;
    this.#model.result({ isFailure, isSlow, at: this.#now }, call.stretch);
  }

  #command(command: 'isolate' | 'reset'): void {
    this.#breaker[command]();
    this.#model.command(command, this.#now);
  }
}

describe('the state machine', () => {
  it.each(CASES)('does what the table in the README says, over random traces: %j', (testCase) => {
    const table = readStateTable();
    const seen = new Set<string>();
    for (let seed = 1; seed <= SEEDS; seed++) {
      const trace = new Trace(seed, testCase, table);
      for (let step = 0; step < STEPS; step++) {
        const { breaker, model } = trace.step();
        expect(breaker, `seed ${seed}, step ${step}`).toBe(model);
        seen.add(breaker);
      }
    }

    expect([...seen].sort()).toEqual(['closed', 'half-open', 'isolated', 'open']);
  });

  it.each(readStateTable().map((row, index) => ({ ...row, index })))(
    'would be told apart from a table that led elsewhere: $from, $event, $when',
    ({ index, from, to }) => {
      const table = readStateTable().with(index, {
        ...(readStateTable()[index] ?? expect.unreachable()),
        to: from === 'isolated' || to === 'isolated' ? 'closed' : 'isolated',
      });

      expect(seedThatTellsApart(table)).toBeLessThan(SEEDS);
    },
  );
});

/** The first seed with which breaker and table part; as many as there are seeds where none does. */
function seedThatTellsApart(table: readonly Transition[]): number {
  const [, testCase = expect.unreachable()] = CASES;
  for (let seed = 0; seed < SEEDS; seed++) {
    const trace = new Trace(seed, testCase, table);
    for (let step = 0; step < STEPS; step++) {
      const { breaker, model } = trace.step();
      if (breaker !== model) {
        return seed;
      }
    }
  }
  return SEEDS;
}
