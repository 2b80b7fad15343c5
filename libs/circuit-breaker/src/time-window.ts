import type { CallWindow } from './call-window.ts';

/** A window is as many sums as this, each of a tenth of its time: what expires, expires a tenth at a time. */
export const BUCKETS = 10;

/** Sums per bucket in a ring, with the total kept: an idle gap empties at most all buckets, however long it was. */
export class TimeWindow implements CallWindow {
  readonly #bucketMs: number;
  readonly #now: () => number;
  readonly #calls = new Uint32Array(BUCKETS);
  readonly #failures = new Uint32Array(BUCKETS);
  readonly #slowCalls = new Uint32Array(BUCKETS);
  readonly #total = { calls: 0, failures: 0, slowCalls: 0 };
  /** Of the newest bucket, counted from the start of the clock. */
  #newest: number;

  constructor(windowMs: number, now: () => number) {
    this.#bucketMs = windowMs / BUCKETS;
    this.#now = now;
    this.#newest = this.#bucketNow();
  }

  get calls(): number {
    return this.#total.calls;
  }

  get failures(): number {
    return this.#total.failures;
  }

  get slowCalls(): number {
    return this.#total.slowCalls;
  }

  record(isFailure: boolean, isSlow: boolean): void {
    this.expire();
    const slot = slotOf(this.#newest);
    const failure = isFailure ? 1 : 0;
    const slowCall = isSlow ? 1 : 0;
    this.#calls[slot] = (this.#calls[slot] ?? 0) + 1;
    this.#failures[slot] = (this.#failures[slot] ?? 0) + failure;
    this.#slowCalls[slot] = (this.#slowCalls[slot] ?? 0) + slowCall;
    this.#total.calls += 1;
    this.#total.failures += failure;
    this.#total.slowCalls += slowCall;
  }

  expire(): void {
    const bucket = this.#bucketNow();
    const passed = Math.min(bucket - this.#newest, BUCKETS);
    for (let i = 0; i < passed; i++) {
      this.#empty(slotOf(bucket - i));
    }
    this.#newest = Math.max(bucket, this.#newest);
  }

  reset(): void {
    for (let slot = 0; slot < BUCKETS; slot++) {
      this.#empty(slot);
    }
    this.#newest = this.#bucketNow();
  }

  #bucketNow(): number {
    return Math.floor(this.#now() / this.#bucketMs);
  }

  #empty(slot: number): void {
    this.#total.calls -= this.#calls[slot] ?? 0;
    this.#total.failures -= this.#failures[slot] ?? 0;
    this.#total.slowCalls -= this.#slowCalls[slot] ?? 0;
    this.#calls[slot] = 0;
    this.#failures[slot] = 0;
    this.#slowCalls[slot] = 0;
  }
}

/** Also of a time before the start of the clock. */
function slotOf(bucket: number): number {
  const rest = bucket % BUCKETS;
  return rest < 0 ? rest + BUCKETS : rest;
}
