import type { Availability, CountedEndpoint } from '@signalbox/load-balancer';

import { type CallPermit, CircuitBreaker } from '@signalbox/circuit-breaker';

import type { Deadlines } from '../deadlines/deadlines.ts';
import type { Connection } from '../http1/connection.ts';
import type { UpstreamInstance } from './instance-source.ts';

import { Connections } from './connections.ts';

export interface EndpointOptions {
  /** Connections to one endpoint, and so requests under way to it; beyond it another endpoint is chosen. */
  readonly maxConnections: number;
  readonly connectTimeoutMs: number;
  /** Failures in a row after which an endpoint is left alone. */
  readonly breakerFailures: number;
  /** How long it is left alone before one request tries it again. */
  readonly breakerRecoveryMs: number;
  /** Monotonic milliseconds. */
  readonly now: () => number;
  readonly deadlines: Deadlines;
  /** Told when an endpoint is given up and when it is taken back. */
  readonly onBreakerChange?: (endpoint: Endpoint, change: 'given-up' | 'taken-back') => void;
  /** Told when its availability may be another. */
  readonly onAvailabilityChange?: () => void;
}

/** What became of the last request that ended: an answer, whatever its status; none in time; or a connection that could not be had, or broke. */
export type Sign = 'answer' | 'silence' | 'broken-connection';

/** What is reported of a request that the breaker was not asked about. */
const UNCOUNTED: CallPermit = { succeeded: () => undefined, failed: () => undefined, cancelled: () => undefined };

/** One instance as a target: its connections, its circuit breaker, and how many requests are under way to it. */
export class Endpoint implements CountedEndpoint {
  readonly id: string;
  readonly origin: string;
  readonly breaker: CircuitBreaker;
  weight: number;
  region: string | undefined;
  zone: string | undefined;
  /** Since when it takes requests: since it is known, or since its breaker took it back. */
  warmingSince: number;
  /** Its requests under way. */
  readonly load = { inFlight: 0 };
  readonly #connections: Connections;
  readonly #maxInFlight: number;
  readonly #maxInSilence: number;
  readonly #onAvailabilityChange: (() => void) | undefined;
  #lastHeard: Sign = 'answer';

  constructor(instance: UpstreamInstance, options: EndpointOptions) {
    this.id = instance.id;
    this.origin = originOf(instance);
    this.weight = instance.weight;
    this.region = instance.region;
    this.zone = instance.zone;
    this.warmingSince = options.now();
    this.#onAvailabilityChange = options.onAvailabilityChange;
    this.#maxInFlight = options.maxConnections;
    this.#maxInSilence = options.breakerFailures;
    this.breaker = new CircuitBreaker({
      name: instance.id,
      trip: { consecutiveFailures: options.breakerFailures },
      recoveryTimeoutMs: options.breakerRecoveryMs,
      now: options.now,
    });
    this.breaker.on('stateChange', ({ from, to }) => {
      // an endpoint that fails its trial goes from half-open to open again and again: nothing new to tell
      if (to === 'closed' || from === 'closed') {
        this.warmingSince = to === 'closed' ? options.now() : this.warmingSince;
        options.onBreakerChange?.(this, to === 'closed' ? 'taken-back' : 'given-up');
        this.#onAvailabilityChange?.();
      }
    });
    this.#connections = new Connections(this.origin, {
      max: options.maxConnections,
      connectTimeoutMs: options.connectTimeoutMs,
      deadlines: options.deadlines,
    });
  }

  /** What of its instance may be another while it is the same endpoint. */
  follow({ weight, region, zone }: UpstreamInstance): void {
    this.weight = weight;
    this.region = region;
    this.zone = zone;
  }

  get inFlight(): number {
    return this.load.inFlight;
  }

  /** Whether its breaker lets requests through, or holds them back, or would if it were asked and they could not reach it anyway. */
  get availability(): Availability {
    if (this.breaker.state === 'closed') {
      return 'available';
    }
    return this.#lastHeard === 'answer' ? 'held-back' : 'unreachable';
  }

  /** Whether it took the last request that ended, and did not answer in time: it hangs, or is slow. */
  get isSilent(): boolean {
    return this.#lastHeard === 'silence';
  }

  /** Written by who sends requests to it. */
  set lastHeard(sign: Sign) {
    if (sign !== this.#lastHeard) {
      this.#lastHeard = sign;
      this.#onAvailabilityChange?.();
    }
  }

  get isSaturated(): boolean {
    return this.load.inFlight >= this.#maxInFlight || this.#connections.areExhausted;
  }

  /** Room and the breaker's leave for one request; every permit is to be followed by one `release`. */
  tryAcquire(): CallPermit | undefined {
    const permit = this.isSaturated ? undefined : this.breaker.tryAcquire();
    this.load.inFlight += Number(permit !== undefined);
    return permit;
  }

  /**
   * Room for one request, whatever the breaker says, which will not hear of it. One that is silent gets as many at a time as open its breaker:
   * more would make it slower, and all that is sent there may wait in vain.
   */
  tryAcquireUnguarded(): CallPermit | undefined {
    if (this.isSaturated || (this.isSilent && this.load.inFlight >= this.#maxInSilence)) {
      return undefined;
    }
    this.load.inFlight += 1;
    return UNCOUNTED;
  }

  release(): void {
    this.load.inFlight -= 1;
  }

  /** For a request to this host that was acquired. One whose answer is whole gives it back by itself. */
  takeConnection(host: string): Connection {
    return this.#connections.take(host);
  }

  /** Takes no more requests; resolves when those under way are done and the connections are closed. */
  async close(): Promise<void> {
    await this.#connections.close();
  }

  /** Cuts whatever is still under way. */
  async destroy(): Promise<void> {
    await this.#connections.destroy();
  }
}

export function originOf({ scheme, address, port }: UpstreamInstance): string {
  return `${scheme}://${address.includes(':') ? `[${address}]` : address}:${port}`;
}
