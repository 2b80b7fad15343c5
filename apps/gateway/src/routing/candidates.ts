import type { Routable, RoutedRequest, RouteMatch } from './route.ts';

/** A route by one of its matches, for a path already known to fit. */
export interface Candidate<R extends Routable> {
  readonly route: R;
  readonly match: RouteMatch;
  /** Place of the match in its route. */
  readonly index: number;
  readonly headers: readonly { readonly name: string; readonly value: string }[];
}

export function toCandidate<R extends Routable>(route: R, index: number, match: RouteMatch): Candidate<R> {
  const headers = new Map<string, string>();
  for (const { name, value } of match.headers) {
    const key = name.toLowerCase();
    headers.set(key, headers.get(key) ?? value);
  }
  return { route, match, index, headers: [...headers].map(([name, value]) => ({ name, value })) };
}

/** HTTPRoute's precedence among matches with equal host and path: method > most headers > name > order in the route. */
export function byPrecedence(a: Candidate<Routable>, b: Candidate<Routable>): number {
  return (
    Number(b.match.method !== undefined) - Number(a.match.method !== undefined) ||
    b.headers.length - a.headers.length ||
    compare(a.route.name, b.route.name) ||
    a.index - b.index
  );
}

/** The first candidate whose method and headers fit as well. */
export function firstFitting<R extends Routable>(
  candidates: readonly Candidate<R>[],
  request: RoutedRequest,
): R | undefined {
  for (const candidate of candidates) {
    if (fits(candidate, request)) {
      return candidate.route;
    }
  }
  return undefined;
}

function fits({ match, headers }: Candidate<Routable>, request: RoutedRequest): boolean {
  if (match.method !== undefined && match.method !== request.method) {
    return false;
  }
  for (const { name, value } of headers) {
    if (request.headerValue(name) !== value) {
      return false;
    }
  }
  return true;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
