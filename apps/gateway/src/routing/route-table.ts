import type { Routable, RoutedRequest } from './route.ts';

import { HostRoutes } from './host-routes.ts';

/**
 * Routes compiled for matching, never changed afterwards. Precedence is HTTPRoute's (Gateway API v1): the longest exact host name,
 * the longest wildcard, routes for any host; then exact path, longest prefix, method, most headers, name of the route.
 */
export class RouteTable<R extends Routable> {
  readonly routes: readonly R[];
  readonly #exactHosts: ReadonlyMap<string, HostRoutes<R>>;
  /** By what follows the asterisk, with its dot. */
  readonly #wildcards: ReadonlyMap<string, HostRoutes<R>>;
  readonly #anyHost: HostRoutes<R>;

  constructor(routes: readonly R[]) {
    this.routes = routes;
    const hostnames = [...new Set(routes.flatMap((route) => route.hostnames))];
    const tableOf = (hostname: string) => new HostRoutes(routes.filter((route) => route.hostnames.includes(hostname)));
    const isWildcard = (hostname: string) => hostname.startsWith('*');
    this.#exactHosts = new Map(hostnames.filter((name) => !isWildcard(name)).map((name) => [name, tableOf(name)]));
    this.#wildcards = new Map(hostnames.filter(isWildcard).map((name) => [name.slice(1), tableOf(name)]));
    this.#anyHost = new HostRoutes(routes.filter((route) => route.hostnames.length === 0));
  }

  match(request: RoutedRequest): R | undefined {
    return (
      (this.#exactHosts.size > 0 ? this.#exactHosts.get(request.host)?.match(request) : undefined) ??
      (this.#wildcards.size > 0 ? this.#matchWildcards(request) : undefined) ??
      this.#anyHost.match(request)
    );
  }

  /** A wildcard stands for one label or more: every suffix from the first dot on is tried, the longest first. */
  #matchWildcards(request: RoutedRequest): R | undefined {
    const { host } = request;
    for (let dot = host.indexOf('.', 1); dot !== -1; dot = host.indexOf('.', dot + 1)) {
      const route = this.#wildcards.get(host.slice(dot))?.match(request);
      if (route !== undefined) {
        return route;
      }
    }
    return undefined;
  }
}
