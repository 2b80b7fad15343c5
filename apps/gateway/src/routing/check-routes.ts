import type { Routable } from './route.ts';

import { RoutesInvalidError } from '../errors.ts';

/** What a route must be beyond its shape. */
export interface CheckedRoute extends Routable {
  readonly backends: readonly { readonly weight: number }[];
}

/** A name stands in header fields, log lines and metric labels. */
const NAME = /^[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?$/;
const NOT_A_PATH = /[^!-~]|%(?![0-9A-Fa-f]{2})|%5[Cc]|%00/;

/** Throws RoutesInvalidError for the first route that can't be served. */
export function checkRoutes(routes: readonly CheckedRoute[]): void {
  for (const route of routes) {
    const reason = problemOf(route);
    if (reason !== undefined) {
      throw new RoutesInvalidError(route.name, reason);
    }
  }
}

function problemOf({ name, matches, backends }: CheckedRoute): string | undefined {
  if (!NAME.test(name)) {
    return 'must be named by letters, digits, dots, dashes and underscores';
  }
  if (backends.every(({ weight }) => weight === 0)) {
    return 'has no backend with a weight';
  }
  const refused = matches.find(({ path }) => NOT_A_PATH.test(path.value));
  return refused && `has a path that no request may have: ${refused.path.value}`;
}
