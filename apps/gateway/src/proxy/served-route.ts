import type { JwtFilter } from '../filters/jwt-filter.ts';
import type { OwnFields } from '../filters/own-fields.ts';
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
  /** What a request has to pass. */
  readonly jwt: JwtFilter | undefined;
  /** Fields that no client may set, whether the route asks for a token or not: instances can't tell by which it came. */
  readonly ownFields: OwnFields | undefined;
  readonly traffic: RouteTraffic;
}
