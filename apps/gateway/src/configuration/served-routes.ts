import { GatewayConfiguration, type Route } from '@signalbox/schemas';

import type { JwtFilters } from '../filters/jwt-filters.ts';
import type { ServedRoute } from '../proxy/served-route.ts';
import type { Traffic } from '../proxy/traffic.ts';
import type { Upstreams } from '../upstreams/upstreams.ts';

import { OwnFields } from '../filters/own-fields.ts';
import { checkRoutes } from '../routing/check-routes.ts';
import { Backends } from '../upstreams/backends.ts';
import { checkJwt } from './check-jwt.ts';

/** A configuration whose routes can be served: the client gives any other back to the server, and the table in use stays. */
export const ServableConfiguration = GatewayConfiguration.superRefine((configuration, context) => {
  const { routes } = configuration;
  const routable = Object.entries(routes).map(([name, route]) => ({ name, ...route, backends: route.backendRefs }));
  for (const { route, match, reason } of checkRoutes(routable)) {
    const within = match === undefined ? [] : ['matches', match, 'path', 'value'];
    // with a value in it, the message would not leave the client
    context.addIssue({ code: 'custom', message: reason, path: ['routes', route, ...within] });
  }
  for (const { path, reason } of checkJwt(configuration)) {
    context.addIssue({ code: 'custom', message: reason, path: [...path] });
  }
});

/** What routes are served by. */
export interface Serving {
  readonly upstreams: Upstreams;
  readonly filters: JwtFilters;
  readonly traffic: Traffic;
}

/** The routes of a configuration with their backends and filters: watches begin here, and keys are fetched from now on. */
export function toServedRoutes(
  { routes, jwtProviders }: GatewayConfiguration,
  { upstreams, filters, traffic }: Serving,
): readonly ServedRoute[] {
  const claimed = Object.values(jwtProviders).flatMap(({ claimToHeaders }) =>
    claimToHeaders.map(({ header }) => header),
  );
  const ownFields = claimed.length === 0 ? undefined : new OwnFields(claimed);
  const toFilter = ({ provider }: { readonly provider: string }) => {
    const definition = jwtProviders[provider];
    if (definition === undefined) {
      throw new Error(`no provider "${provider}" in a configuration that was checked`); // and no route that asks for nothing
    }
    return filters.of(provider, definition);
  };
  return Object.entries(routes).map(([name, { hostnames, matches, backendRefs, timeouts, retry, jwt }]) => ({
    name,
    hostnames,
    matches,
    timeoutMs: timeouts.request,
    backendTimeoutMs: timeouts.backendRequest,
    retry: { attempts: retry.attempts, codes: new Set(retry.codes) },
    backends: new Backends(backendRefs.map((backend) => toBackend(backend, upstreams))),
    jwt: jwt && toFilter(jwt),
    ownFields,
    traffic: traffic.of(name),
  }));
}

/** Services that are watched for a configuration: those that routes lead to, and those that have the keys of their providers. */
export function servicesOf({ routes, jwtProviders }: GatewayConfiguration): ReadonlySet<string> {
  const ofRoute = ({ backendRefs, jwt }: Route) => {
    const keys = jwt && jwtProviders[jwt.provider]?.remoteJWKS.backendRef;
    return [...backendRefs, ...(keys === undefined ? [] : [keys])].map(({ name }) => name);
  };
  return new Set(Object.values(routes).flatMap(ofRoute));
}

function toBackend({ name, weight }: Route['backendRefs'][number], upstreams: Upstreams) {
  return { upstream: upstreams.of(name), weight };
}
