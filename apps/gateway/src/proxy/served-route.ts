import type { Routable } from '../routing/route.ts';
import type { Backends } from '../upstreams/backends.ts';
import type { RouteTraffic } from './traffic.ts';

/** A route with all that serving a request by it takes. */
export interface ServedRoute extends Routable {
  /** From the request's head to the answer's, with all attempts; 0 for no bound. */
  readonly timeoutMs: number;
  /** From the sending of one attempt to its answer's head; 0 for no bound. */
  readonly backendTimeoutMs: number;
  readonly retry: { readonly attempts: number; readonly codes: ReadonlySet<number> };
  readonly backends: Backends;
  readonly traffic: RouteTraffic;
}
