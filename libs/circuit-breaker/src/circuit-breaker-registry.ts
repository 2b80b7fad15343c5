import { CircuitBreaker } from './circuit-breaker.ts';
import { requireFunction, requireInteger, requireOptions, requireType, shown } from './validation.ts';

export interface CircuitBreakerRegistryOptions {
  /** Makes the breaker of a key that has none yet. @default a breaker with its own defaults, named by the key */
  readonly create?: ((key: string) => CircuitBreaker) | undefined;
  /** How many breakers are kept: an integer from 1 to 1000000. @default 1000 */
  readonly maxBreakers?: number | undefined;
}

const DEFAULTS = {
  create: (key: string) => new CircuitBreaker({ name: key }),
  maxBreakers: 1_000,
} satisfies CircuitBreakerRegistryOptions;

const MAX_BREAKERS = 1_000_000;

/**
 * One breaker for each key, such as an endpoint. When there are as many as may be, a new key takes the place of the one that was asked for
 * least recently: of those that are closed, or else of those that are not isolated, or else of all.
 */
export class CircuitBreakerRegistry implements Iterable<CircuitBreaker> {
  readonly #create: (key: string) => CircuitBreaker;
  readonly #maxBreakers: number;
  /** The least recently asked for comes first. */
  readonly #breakers = new Map<string, CircuitBreaker>();

  /** Throws a RangeError or TypeError for an option that can't be. */
  constructor(options: CircuitBreakerRegistryOptions = {}) {
    requireType('CircuitBreakerRegistry options', options, 'object');
    requireOptions('CircuitBreakerRegistry', options, Object.keys(DEFAULTS));
    const { create = DEFAULTS.create, maxBreakers = DEFAULTS.maxBreakers } = options;
    requireFunction('CircuitBreakerRegistry create', create);
    requireInteger('CircuitBreakerRegistry maxBreakers', maxBreakers, MAX_BREAKERS);
    this.#create = create;
    this.#maxBreakers = maxBreakers;
  }

  get size(): number {
    return this.#breakers.size;
  }

  /** The key's breaker, made when it has none. Throws a TypeError where `create` makes none, and what it throws; then nothing is forgotten. */
  get(key: string): CircuitBreaker {
    const known = this.#breakers.get(key);
    const breaker = known ?? this.#made(key);
    if (known === undefined) {
      this.#makeRoom();
    } else {
      this.#breakers.delete(key);
    }
    this.#breakers.set(key, breaker);
    return breaker;
  }

  /** Forgets the key's breaker, as when its endpoint is gone; calls under way through it go on. */
  delete(key: string): boolean {
    return this.#breakers.delete(key);
  }

  /** All breakers, the least recently asked for first. */
  [Symbol.iterator](): Iterator<CircuitBreaker> {
    return this.#breakers.values();
  }

  #made(key: string): CircuitBreaker {
    const breaker: unknown = this.#create(key);
    if (!(breaker instanceof CircuitBreaker)) {
      throw new TypeError(`CircuitBreakerRegistry create: must make a CircuitBreaker, not ${shown(breaker)}`);
    }
    return breaker;
  }

  #makeRoom(): void {
    if (this.#breakers.size < this.#maxBreakers) {
      return;
    }
    const key =
      this.#oldest(({ state }) => state === 'closed') ??
      this.#oldest(({ state }) => state !== 'isolated') ??
      this.#oldest(() => true);
    if (key !== undefined) {
      this.#breakers.delete(key);
    }
  }

  #oldest(fits: (breaker: CircuitBreaker) => boolean): string | undefined {
    return this.#breakers.entries().find(([, breaker]) => fits(breaker))?.[0];
  }
}
