import type { CallPermit } from '@signalbox/circuit-breaker';

import type { Endpoint } from './endpoint.ts';

/** How an attempt went, from the endpoint's point of view. */
export type Outcome = 'succeeded' | 'failed' | 'cancelled';

/** Leave to send one request to an endpoint, to be settled once: it counts as under way there until then. */
export class Admission {
  readonly endpoint: Endpoint;
  readonly #permit: CallPermit;
  readonly #beganAt: number;
  #isSettled = false;

  constructor(endpoint: Endpoint, permit: CallPermit) {
    this.endpoint = endpoint;
    this.#permit = permit;
    this.#beganAt = endpoint.load.begin();
  }

  /** Settling it again does nothing. */
  settle(outcome: Outcome): void {
    if (!this.#isSettled) {
      this.#isSettled = true;
      this.#permit[outcome]();
      this.endpoint.load.end(this.#beganAt, outcome);
    }
  }
}
