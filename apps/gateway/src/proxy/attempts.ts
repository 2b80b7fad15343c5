import type { Endpoint } from '../upstreams/endpoint.ts';
import type { Acquired, Unavailable, Upstream } from '../upstreams/upstream.ts';
import type { Peer } from './peer.ts';
import type { RequestHead } from './request-head.ts';
import type { ServedRoute } from './served-route.ts';

import { hashKeyOf } from './hash-key.ts';

/** Where the attempts at one request go, and whether there may be another. */
export class Attempts {
  readonly #route: ServedRoute;
  readonly #upstream: Upstream;
  readonly #head: RequestHead;
  readonly #peer: Peer;
  /** What the endpoint is chosen by, where the service's rule hashes. */
  #key: string | undefined;
  #count = 0;
  #tried: Set<string> | undefined;
  /** Whether one was made in spite of a breaker. Another would multiply the requests to a service of which most is in trouble. */
  #hasPanicked = false;

  constructor(route: ServedRoute, head: RequestHead, peer: Peer) {
    this.#route = route;
    this.#head = head;
    this.#peer = peer;
    this.#upstream = route.backends.next();
  }

  get service(): string {
    return this.#upstream.service;
  }

  get count(): number {
    return this.#count;
  }

  first(): Acquired | Unavailable {
    const { hashOn } = this.#upstream;
    this.#key = hashOn && hashKeyOf(hashOn, this.#head, this.#peer);
    this.#count = 1;
    return this.#acquire();
  }

  /** On another endpoint; where `mayRepeat`, and there is none, on the same. */
  after(failed: Endpoint, { mayRepeat }: { readonly mayRepeat: boolean }): Acquired | undefined {
    const { retry, traffic } = this.#route;
    if (this.#count > retry.attempts) {
      return undefined;
    }
    this.#tried = (this.#tried ?? new Set()).add(failed.id);
    let acquired = this.#acquire(this.#tried);
    if (typeof acquired === 'string' && mayRepeat) {
      acquired = this.#acquire();
    }
    if (typeof acquired === 'string') {
      return undefined;
    }
    this.#count += 1;
    traffic.retries += 1;
    return acquired;
  }

  #acquire(excluded?: ReadonlySet<string>): Acquired | Unavailable {
    const acquired = this.#upstream.acquire({ excluded, key: this.#key, isGuarded: this.#hasPanicked });
    this.#hasPanicked ||= typeof acquired !== 'string' && !acquired.isGuarded;
    return acquired;
  }
}
