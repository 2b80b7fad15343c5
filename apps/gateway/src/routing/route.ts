/** One way in which a request may match: all of its parts must. */
export interface RouteMatch {
  readonly path: { readonly type: 'PathPrefix' | 'Exact'; readonly value: string };
  readonly method?: string | undefined;
  /** Exact values. Of two for the same name only the first counts (HTTPRoute). */
  readonly headers: readonly { readonly name: string; readonly value: string }[];
}

/** What the table needs to know of a route; whatever else it carries comes back with a match. */
export interface Routable {
  /** Tells routes apart; breaks ties alphabetically. */
  readonly name: string;
  /** Lower case names and wildcards (`*.example.org`); any host when empty. */
  readonly hostnames: readonly string[];
  /** ORed. */
  readonly matches: readonly RouteMatch[];
}

/** The parts of a request that decide where it goes. */
export interface RoutedRequest {
  /** Lower case, without port. */
  readonly host: string;
  /** Without query, escapes of unreserved characters undone. */
  readonly path: string;
  readonly method: string;
  /** Value of a header by its lower case name; several are joined by a comma. */
  headerValue(name: string): string | undefined;
}
