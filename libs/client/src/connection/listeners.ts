import type { ProblemListener } from './problem-listener.ts';

import { ListenerError } from '../errors.ts';

/** Who wants to be told of a change. One that throws or rejects is reported, and the others are told all the same. */
export class Listeners<E> {
  readonly #report: ProblemListener;
  readonly #listeners = new Set<{ readonly tell: (event: E) => unknown }>();

  constructor(report: ProblemListener) {
    this.#report = report;
  }

  /** Returns what takes the listener off again; a listener added twice is told twice. */
  add(tell: (event: E) => unknown): () => void {
    const listener = { tell };
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  clear(): void {
    this.#listeners.clear();
  }

  tell(event: E): void {
    for (const listener of [...this.#listeners]) {
      void this.#tellOne(listener, event);
    }
  }

  async #tellOne(listener: { readonly tell: (event: E) => unknown }, event: E): Promise<void> {
    try {
      await listener.tell(event);
    } catch (error) {
      this.#report(new ListenerError(error));
    }
  }
}
