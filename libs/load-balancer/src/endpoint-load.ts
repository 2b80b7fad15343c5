import { monotonicNow } from './monotonic-clock.ts';
import { requireClock, requireNumber, requireOptions, requireType, shown } from './validation.ts';

export interface EndpointLoadOptions {
  /** Milliseconds after which a past round trip weighs 1/e of what it did: from 1 to 3600000. @default 10000, as Finagle has it */
  readonly decayMs?: number | undefined;
  /**
   * What a call is taken to last at an endpoint of which no round trip is known while one is under way, and at least what a failed one
   * counts for: milliseconds from 1 to 600000. @default 1000, as Linkerd has it
   */
  readonly unknownMs?: number | undefined;
  /** Milliseconds on a clock that never goes backwards. @default the process's monotonic clock */
  readonly now?: (() => number) | undefined;
}

const DEFAULTS = { decayMs: 10_000, unknownMs: 1_000, now: monotonicNow } satisfies Required<EndpointLoadOptions>;

type Outcome = 'succeeded' | 'failed' | 'cancelled';

const OUTCOMES: readonly Outcome[] = ['succeeded', 'failed', 'cancelled'];

/**
 * The calls to one endpoint: how many are under way and how long they take, as Finagle's peak EWMA has it (com.twitter.finagle.loadbalancer.PeakEwma):
 * a round trip above the average replaces it at once, one below moves it by the time that passed. Belongs to the endpoint, and may be
 * read by several balancers. Nothing is allocated by a call.
 */
export class EndpointLoad {
  readonly #decayMs: number;
  readonly #unknownMs: number;
  readonly #now: () => number;
  #inFlight = 0;
  /** Zero: none is known. */
  #averageMs = 0;
  #observedAt = 0;

  /** Throws a RangeError or TypeError for an option that can't be. */
  constructor(options: EndpointLoadOptions = {}) {
    requireType('EndpointLoad options', options, 'object');
    requireOptions('EndpointLoad', options, Object.keys(DEFAULTS));
    const { decayMs = DEFAULTS.decayMs, unknownMs = DEFAULTS.unknownMs, now = DEFAULTS.now } = options;
    requireNumber('EndpointLoad decayMs', decayMs, { from: 1, to: 3_600_000 });
    requireNumber('EndpointLoad unknownMs', unknownMs, { from: 1, to: 600_000 });
    requireClock('EndpointLoad now', now);
    this.#decayMs = decayMs;
    this.#unknownMs = unknownMs;
    this.#now = now;
  }

  /** Calls that began and did not end. */
  get inFlight(): number {
    return this.#inFlight;
  }

  /**
   * What one more call is expected to cost at this moment of the clock `now`: the average, which fades while nothing is heard, times all
   * calls that would be under way then. Zero for an endpoint of which nothing is known and to which nothing is under way, so that it is tried.
   */
  costAt(now: number): number {
    if (this.#averageMs === 0) {
      return this.#inFlight === 0 ? 0 : this.#unknownMs * (this.#inFlight + 1);
    }
    return this.#averageMs * this.#fadingUntil(now) * (this.#inFlight + 1);
  }

  /** A call begins; what is answered, the time, is to be handed to `end` once. */
  begin(): number {
    this.#inFlight += 1;
    return this.#now();
  }

  /**
   * A call ended. A failure counts for `unknownMs` at least, or an endpoint that fails fast would look like the best. A cancelled call says no
   * more than that the endpoint takes as long as that. Of a call whose times are no numbers nothing is learnt but that it ended. Throws a
   * TypeError for another outcome.
   */
  end(beganAt: number, outcome: Outcome): void {
    this.#inFlight = Math.max(0, this.#inFlight - 1); // below, the endpoint would draw all calls for good
    if (!OUTCOMES.includes(outcome)) {
      throw new TypeError(`EndpointLoad outcome: must be one of ${OUTCOMES.join(', ')}, not ${shown(outcome)}`);
    }
    const now = this.#now();
    if (!Number.isFinite(now - beganAt)) {
      return; // the average would be none for good
    }
    const tookMs = Math.max(0, now - beganAt);
    const roundTripMs = outcome === 'failed' ? Math.max(tookMs, this.#unknownMs) : tookMs;
    if (outcome !== 'cancelled' || roundTripMs > this.#averageMs) {
      this.#observe(roundTripMs, now);
    }
  }

  #observe(roundTripMs: number, now: number): void {
    const fading = this.#fadingUntil(now);
    const average = this.#averageMs * fading + roundTripMs * (1 - fading);
    // a round trip too short for the clock is known all the same
    this.#averageMs = Math.max(Number.MIN_VALUE, roundTripMs > this.#averageMs * fading ? roundTripMs : average);
    this.#observedAt = now;
  }

  /** At most 1, also where `now` is no number, or of a clock that is behind: what grew instead would be infinite, and never chosen. */
  #fadingUntil(now: number): number {
    const passedMs = now - this.#observedAt;
    return passedMs > 0 ? Math.exp(-passedMs / this.#decayMs) : 1;
  }
}
