import type { CallWindow } from './call-window.ts';

const FAILURE = 1;
const SLOW = 2;

/** The results of the last calls in a ring, one byte each. */
export class CountWindow implements CallWindow {
  readonly #results: Uint8Array;
  #next = 0;
  #calls = 0;
  #failures = 0;
  #slowCalls = 0;

  constructor(size: number) {
    this.#results = new Uint8Array(size);
  }

  get calls(): number {
    return this.#calls;
  }

  get failures(): number {
    return this.#failures;
  }

  get slowCalls(): number {
    return this.#slowCalls;
  }

  record(isFailure: boolean, isSlow: boolean): void {
    const size = this.#results.length;
    const overwritten = this.#results[this.#next] ?? 0;
    this.#results[this.#next] = (isFailure ? FAILURE : 0) | (isSlow ? SLOW : 0);
    this.#failures += (isFailure ? 1 : 0) - (overwritten & FAILURE);
    this.#slowCalls += (isSlow ? 1 : 0) - (overwritten & SLOW) / SLOW;
    this.#calls = Math.min(this.#calls + 1, size);
    this.#next = this.#next + 1 < size ? this.#next + 1 : 0;
  }

  /** Calls are pushed out by calls alone. */
  expire(): void {
    return;
  }

  reset(): void {
    this.#results.fill(0);
    this.#next = 0;
    this.#calls = 0;
    this.#failures = 0;
    this.#slowCalls = 0;
  }
}
