import type { Routable, RoutedRequest } from './route.ts';

import { byPrecedence, type Candidate, firstFitting, toCandidate } from './candidates.ts';
import { normalisePath } from './path.ts';
import { PrefixTree } from './prefix-tree.ts';

/** The routes of one host name, by path. */
export class HostRoutes<R extends Routable> {
  readonly #exact: ReadonlyMap<string, readonly Candidate<R>[]>;
  readonly #prefixes: PrefixTree<Candidate<R>[]>;

  constructor(routes: readonly R[]) {
    const exact = new Map<string, Candidate<R>[]>();
    const prefixes = new PrefixTree<Candidate<R>[]>();
    const candidates = routes.flatMap((route) => route.matches.map((match, index) => toCandidate(route, index, match)));
    for (const candidate of candidates.sort(byPrecedence)) {
      const path = normalisePath(candidate.match.path.value);
      if (candidate.match.path.type === 'Exact') {
        exact.set(path, [...(exact.get(path) ?? []), candidate]);
      } else {
        prefixes.getOrInsert(withoutTrailingSlash(path), () => []).push(candidate);
      }
    }
    this.#exact = exact;
    this.#prefixes = prefixes.link();
  }

  /** An exact path before any prefix, a longer prefix before a shorter one. */
  match(request: RoutedRequest): R | undefined {
    const exact = this.#exact.get(request.path);
    let route = exact && firstFitting(exact, request);
    let prefix = this.#prefixes.longest(request.path);
    while (route === undefined && prefix?.value !== undefined) {
      route = firstFitting(prefix.value, request);
      prefix = prefix.shorter(request.path);
    }
    return route;
  }
}

function withoutTrailingSlash(prefix: string): string {
  return prefix.endsWith('/') ? prefix.slice(0, -1) : prefix;
}
