/** The results of the last calls in a ring: recording one and reading the sums take the same time whatever the size. */
export class CountWindow {
  readonly #results: Uint8Array;
  #next = 0;
  #calls = 0;
  #failures = 0;

  constructor(size: number) {
    this.#results = new Uint8Array(size);
  }

  get calls(): number {
    return this.#calls;
  }

  get failures(): number {
    return this.#failures;
  }

  record(failure: 0 | 1): void {
    const overwritten = this.#results[this.#next] ?? 0;
    this.#results[this.#next] = failure;
    this.#failures += failure - overwritten;
    this.#calls = Math.min(this.#calls + 1, this.#results.length);
    this.#next = this.#next + 1 < this.#results.length ? this.#next + 1 : 0;
  }

  reset(): void {
    this.#results.fill(0);
    this.#next = 0;
    this.#calls = 0;
    this.#failures = 0;
  }
}
