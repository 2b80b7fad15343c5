import type { Clock } from '@signalbox/clock';

export interface Timed {
  onDeadline(): void;
}

/** Every how many milliseconds deadlines are looked at: none fires earlier than it is due, nor later than this after it. */
const TICK_MS = 20;

/**
 * Deadlines of many requests on one timer. Those of the same duration fall due in the order in which they were set, so each
 * duration has a queue of its own: setting, cancelling and firing cost the same however many there are.
 */
export class Deadlines {
  readonly #clock: Clock;
  readonly #queues = new Map<number, DeadlineQueue>();
  readonly #closing = new AbortController();
  #pending = 0;
  #isTicking = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  add(timed: Timed, ms: number): Deadline {
    const queue = this.#queues.get(ms) ?? new DeadlineQueue(() => (this.#pending -= 1));
    this.#queues.set(ms, queue);
    this.#pending += 1;
    if (!this.#isTicking) {
      this.#isTicking = true;
      void this.#tick();
    }
    return queue.add(timed, this.#clock.now() + ms);
  }

  /** Nothing fires afterwards. */
  close(): void {
    this.#closing.abort();
  }

  async #tick(): Promise<void> {
    while (this.#pending > 0 && !this.#closing.signal.aborted) {
      await this.#clock.sleep(TICK_MS, this.#closing.signal).catch(() => undefined); // aborted: the loop's condition ends it
      this.#fireDue();
    }
    this.#isTicking = false;
  }

  #fireDue(): void {
    if (this.#closing.signal.aborted) {
      return;
    }
    const now = this.#clock.now();
    for (const [ms, queue] of this.#queues) {
      queue.fireUntil(now);
      if (queue.isEmpty) {
        this.#queues.delete(ms);
      }
    }
  }
}

/** A doubly linked list around a sentinel, which is the queue itself. */
class DeadlineQueue {
  readonly #onRemoved: () => void;
  readonly #ends: Links;

  constructor(onRemoved: () => void) {
    this.#onRemoved = onRemoved;
    this.#ends = new Links();
  }

  get isEmpty(): boolean {
    return this.#ends.next === this.#ends;
  }

  add(timed: Timed, dueAt: number): Deadline {
    const deadline = new Deadline(timed, dueAt, this.#onRemoved);
    deadline.linkBefore(this.#ends);
    return deadline;
  }

  fireUntil(now: number): void {
    for (let first = this.#ends.next; first instanceof Deadline && first.dueAt <= now; first = this.#ends.next) {
      first.fire();
    }
  }
}

class Links {
  next: Links = this;
  previous: Links = this;

  linkBefore(successor: Links): void {
    this.next = successor;
    this.previous = successor.previous;
    this.previous.next = this;
    successor.previous = this;
  }

  unlink(): void {
    this.previous.next = this.next;
    this.next.previous = this.previous;
    this.next = this;
    this.previous = this;
  }
}

/** One deadline: fires once unless it is cancelled before. */
export class Deadline extends Links {
  readonly dueAt: number;
  readonly #timed: Timed;
  readonly #onRemoved: () => void;

  constructor(timed: Timed, dueAt: number, onRemoved: () => void) {
    super();
    this.#timed = timed;
    this.dueAt = dueAt;
    this.#onRemoved = onRemoved;
  }

  cancel(): void {
    if (this.next !== this) {
      this.unlink();
      this.#onRemoved();
    }
  }

  fire(): void {
    this.cancel();
    this.#timed.onDeadline();
  }
}
