import type { Routable } from './route.ts';

/** What a route must be beyond its shape. */
export interface CheckedRoute extends Routable {
  readonly backends: readonly { readonly weight: number }[];
}

/** Why a route can't be served, and what of it is to be mended; the value itself is not repeated. */
export interface RouteProblem {
  readonly route: string;
  /** Index in `matches` where one of them is at fault. */
  readonly match?: number;
  readonly reason: string;
}

/** A name stands in header fields, log lines and metric labels. */
const NAME = /^[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?$/;
const NOT_A_PATH = /[^!-~]|%(?![0-9A-Fa-f]{2})|%5[Cc]|%00/;

/** What keeps routes from being served; none when all can be. */
export function checkRoutes(routes: readonly CheckedRoute[]): readonly RouteProblem[] {
  return routes.flatMap(problemsOf);
}

function problemsOf({ name: route, matches, backends }: CheckedRoute): readonly RouteProblem[] {
  const problems: RouteProblem[] = [];
  if (!NAME.test(route)) {
    problems.push({ route, reason: 'must be named by letters, digits, dots, dashes and underscores' });
  }
  if (backends.every(({ weight }) => weight === 0)) {
    problems.push({ route, reason: 'has no backend with a weight' });
  }
  for (const [match, { path }] of matches.entries()) {
    if (NOT_A_PATH.test(path.value)) {
      problems.push({ route, match, reason: 'has a character or an escape that no request may have' });
    }
  }
  return problems;
}
