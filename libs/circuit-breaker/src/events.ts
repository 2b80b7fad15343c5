import type { CircuitState } from './state.ts';

import { requireFunction, shown } from './validation.ts';

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
  /** In the order in which it is to be told: more than one only while a listener makes something happen. */
  readonly #untold: (() => void)[] = [];

  /** Returns what takes the listener away again. Throws a TypeError for another event, and for what is no function. */
  add<Event extends keyof CircuitEvents>(event: Event, listener: CircuitListener<Event>): () => void {
    if (!Object.hasOwn(this.#listeners, event)) {
      const events = Object.keys(this.#listeners).join(', ');
      throw new TypeError(`CircuitBreaker event: must be one of ${events}, not ${shown(event)}`);
    }
    requireFunction('CircuitBreaker listener', listener);
    this.#listeners[event].add(listener);
    return () => {
      this.#listeners[event].delete(listener);
    };
  }

  /**
   * Tells those who listen when it happens, also where another listener makes it happen: first the others are told of what came before.
   * A listener that throws disturbs neither the breaker nor the others: its error goes uncaught, as that of an EventTarget's does.
   */
  tell<Event extends keyof CircuitEvents>(event: Event, happened: CircuitEvents[Event]): void {
    const listeners = this.#listeners[event];
    for (const listener of listeners) {
      this.#untold.push(() => {
        if (listeners.has(listener)) {
          listener(happened);
        }
      });
    }
    for (let next = this.#untold.shift(); next !== undefined; next = this.#untold.shift()) {
      try {
        next();
      } catch (error) {
        queueMicrotask(() => {
          throw error as Error; // handed on, whatever it is
        });
      }
    }
  }
}
