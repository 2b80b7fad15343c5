/**
 * Things due at a time, in buckets as wide as a tick: adding is constant work, and one loop serves any number of them
 * (Varghese and Lauck, "Hashed and Hierarchical Timing Wheels").
 */
export class TimerWheel<T> {
  readonly #tickMs: number;
  readonly #buckets = new Map<number, T[]>();
  /** Everything before this tick was taken. */
  #nextTick: number;

  constructor(tickMs: number, now: number) {
    this.#tickMs = tickMs;
    this.#nextTick = Math.ceil(now / tickMs);
  }

  /** The thing is taken at the first tick at or after `dueAt`: never early, and late by less than a tick. */
  add(dueAt: number, thing: T): void {
    const tick = Math.max(this.#nextTick, Math.ceil(dueAt / this.#tickMs));
    const bucket = this.#buckets.get(tick);
    if (bucket === undefined) {
      this.#buckets.set(tick, [thing]);
    } else {
      bucket.push(thing);
    }
  }

  /** Everything due by now, in order of its tick. */
  takeDue(now: number): T[] {
    const due: T[] = [];
    const last = Math.floor(now / this.#tickMs);
    for (; this.#nextTick <= last; this.#nextTick++) {
      this.#buckets.get(this.#nextTick)?.forEach((thing) => due.push(thing));
      this.#buckets.delete(this.#nextTick);
    }
    return due;
  }
}
