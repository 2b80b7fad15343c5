import type { CircuitState } from './state.ts';

/** What a breaker tells of, by name. */
export interface CircuitEvents {
  /** Told once the new state holds. */
  readonly stateChange: { readonly from: CircuitState; readonly to: CircuitState };
  /** A call that counts succeeded. */
  readonly success: { readonly isSlow: boolean };
  /** A call that counts failed: what it rejected with, or the result that was judged a failure. */
  readonly failure: { readonly cause: unknown; readonly isSlow: boolean };
  /** A call was refused. */
  readonly refusal: { readonly state: CircuitState };
}

export type CircuitListener<Event extends keyof CircuitEvents> = (happened: CircuitEvents[Event]) => void;

/** Who listens to one breaker. */
export class CircuitListeners {
  readonly #listeners: { readonly [Event in keyof CircuitEvents]: Set<CircuitListener<Event>> } = {
    stateChange: new Set(),
    success: new Set(),
    failure: new Set(),
    refusal: new Set(),
  };

  /** Returns what takes the listener away again. */
  add<Event extends keyof CircuitEvents>(event: Event, listener: CircuitListener<Event>): () => void {
    this.#listeners[event].add(listener);
    return () => {
      this.#listeners[event].delete(listener);
    };
  }

  /** A listener that throws disturbs neither the breaker nor the others: its error goes uncaught, as that of an EventTarget's does. */
  tell<Event extends keyof CircuitEvents>(event: Event, happened: CircuitEvents[Event]): void {
    for (const listener of this.#listeners[event]) {
      try {
        listener(happened);
      } catch (error) {
        queueMicrotask(() => {
          throw error as Error; // handed on, whatever it is
        });
      }
    }
  }
}
