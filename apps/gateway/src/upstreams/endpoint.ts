import { type Dispatcher, Pool } from 'undici';

import type { Endpoint as BalancedEndpoint } from '@signalbox/load-balancer';

import { type CallPermit, CircuitBreaker } from '@signalbox/circuit-breaker';

import type { UpstreamInstance } from './instance-source.ts';

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
  /** Told when an endpoint is given up and when it is taken back. */
  readonly onBreakerChange?: (endpoint: Endpoint, change: 'given-up' | 'taken-back') => void;
}

/** An idle connection is closed before Node's own servers close theirs (5 s), or a request could meet the closing. */
const KEEP_ALIVE_MS = 4_000;

/** What is reported of a request that the breaker was not asked about. */
const UNCOUNTED: CallPermit = { succeeded: () => undefined, failed: () => undefined, cancelled: () => undefined };

/** One instance as a target: its connections, its circuit breaker, and how many requests are under way to it. */
export class Endpoint implements BalancedEndpoint {
  readonly id: string;
  readonly origin: string;
  readonly breaker: CircuitBreaker;
  weight: number;
  /**
   * Whether the last that was heard of it is an answer, whatever its status, and no broken connection or silence. Written by who sends
   * requests to it.
   */
  isAnswering = true;
  readonly #pool: Pool;
  readonly #maxInFlight: number;
  #inFlight = 0;

  constructor(instance: UpstreamInstance, options: EndpointOptions) {
    this.id = instance.id;
    this.origin = originOf(instance);
    this.weight = instance.weight;
    this.#maxInFlight = options.maxConnections;
    this.breaker = new CircuitBreaker({
      name: instance.id,
      trip: { consecutiveFailures: options.breakerFailures },
      recoveryTimeoutMs: options.breakerRecoveryMs,
      now: options.now,
    });
    this.breaker.on('stateChange', ({ from, to }) => {
      // an endpoint that fails its trial goes from half-open to open again and again: nothing new to tell
      if (to === 'closed' || from === 'closed') {
        options.onBreakerChange?.(this, to === 'closed' ? 'taken-back' : 'given-up');
      }
    });
    this.#pool = new Pool(this.origin, {
      connections: options.maxConnections,
      connect: { timeout: options.connectTimeoutMs },
      allowH2: false,
      keepAliveTimeout: KEEP_ALIVE_MS,
      // The route's timeout and the client connection's idle timeout bound a request; a third clock would only add cost.
      headersTimeout: 0,
      bodyTimeout: 0,
    });
  }

  get inFlight(): number {
    return this.#inFlight;
  }

  get isSaturated(): boolean {
    return this.#inFlight >= this.#maxInFlight;
  }

  /** Room and the breaker's leave for one request; every permit is to be followed by one `release`. */
  tryAcquire(): CallPermit | undefined {
    const permit = this.isSaturated ? undefined : this.breaker.tryAcquire();
    this.#inFlight += Number(permit !== undefined);
    return permit;
  }

  /** Room for one request, whatever the breaker says, which will not hear of it. */
  tryAcquireUnguarded(): CallPermit | undefined {
    if (this.isSaturated) {
      return undefined;
    }
    this.#inFlight += 1;
    return UNCOUNTED;
  }

  /** Whether the breaker holds requests back. */
  get isLeftAlone(): boolean {
    return this.breaker.state !== 'closed';
  }

  release(): void {
    this.#inFlight -= 1;
  }

  dispatch(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): void {
    this.#pool.dispatch(options, handler);
  }

  /** Takes no more requests; resolves when those under way are done and the connections are closed. */
  async close(): Promise<void> {
    await this.#pool.close();
  }

  /** Cuts whatever is still under way. */
  async destroy(): Promise<void> {
    await this.#pool.destroy();
  }
}

export function originOf({ scheme, address, port }: UpstreamInstance): string {
  return `${scheme}://${address.includes(':') ? `[${address}]` : address}:${port}`;
}
