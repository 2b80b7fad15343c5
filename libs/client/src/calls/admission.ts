import type { CallPermit } from '@signalbox/circuit-breaker';

import type { Endpoint } from './endpoint.ts';

/** How an attempt went, from the endpoint's point of view: what failed was answered, what is unreachable was not, or too late. */
export type Outcome = 'succeeded' | 'failed' | 'unreachable' | 'cancelled';

export interface AdmissionParts {
  readonly endpoint: Endpoint;
  readonly permit: CallPermit;
  /** Told once, after the permit. */
  readonly onSettled: (outcome: Outcome) => void;
}

/** Leave to send one request to an endpoint, to be settled once: it counts as under way there until then. */
export class Admission {
  readonly endpoint: Endpoint;
  readonly #parts: AdmissionParts;
  readonly #beganAt: number;
  #isSettled = false;

  constructor(parts: AdmissionParts) {
    this.endpoint = parts.endpoint;
    this.#parts = parts;
    this.#beganAt = parts.endpoint.load.begin();
  }

  /** Settling it again does nothing. */
  settle(outcome: Outcome): void {
    if (!this.#isSettled) {
      this.#isSettled = true;
      const counted = outcome === 'unreachable' ? 'failed' : outcome;
      this.#parts.permit[counted]();
      this.endpoint.load.end(this.#beganAt, counted);
      this.#parts.onSettled(outcome);
    }
  }
}
