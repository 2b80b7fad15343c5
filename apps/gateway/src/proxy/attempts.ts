import type { Endpoint } from '../upstreams/endpoint.ts';
import type { Acquired, Unavailable, Upstream } from '../upstreams/upstream.ts';
import type { ServedRoute } from './served-route.ts';

/** Where the attempts at one request go, and whether there may be another. */
export class Attempts {
  readonly #route: ServedRoute;
  readonly #upstream: Upstream;
  #count = 0;
  #tried: Set<string> | undefined;

  constructor(route: ServedRoute) {
    this.#route = route;
    this.#upstream = route.backends.next();
  }

  get service(): string {
    return this.#upstream.service;
  }

  get count(): number {
    return this.#count;
  }

  first(): Acquired | Unavailable {
    this.#count = 1;
    return this.#upstream.acquire();
  }

  /** On another endpoint; where `mayRepeat`, and there is none, on the same. */
  after(failed: Endpoint, { mayRepeat }: { readonly mayRepeat: boolean }): Acquired | undefined {
    const { retry, traffic } = this.#route;
    if (this.#count > retry.attempts) {
      return undefined;
    }
    this.#tried = (this.#tried ?? new Set()).add(failed.id);
    let acquired = this.#upstream.acquire(this.#tried);
    if (typeof acquired === 'string' && mayRepeat) {
      acquired = this.#upstream.acquire();
    }
    if (typeof acquired === 'string') {
      return undefined;
    }
    this.#count += 1;
    traffic.retries += 1;
    return acquired;
  }
}
