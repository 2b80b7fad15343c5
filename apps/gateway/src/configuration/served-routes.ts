import { GatewayConfiguration, type Route } from '@signalbox/schemas';

import type { ServedRoute } from '../proxy/served-route.ts';
import type { Traffic } from '../proxy/traffic.ts';
import type { Upstreams } from '../upstreams/upstreams.ts';

import { checkRoutes } from '../routing/check-routes.ts';
import { Backends } from '../upstreams/backends.ts';

/** A configuration whose routes can be served: the client gives any other back to the server, and the table in use stays. */
export const ServableConfiguration = GatewayConfiguration.superRefine(({ routes }, context) => {
  const routable = Object.entries(routes).map(([name, route]) => ({ name, ...route, backends: route.backendRefs }));
  for (const { route, match, reason } of checkRoutes(routable)) {
    const within = match === undefined ? [] : ['matches', match, 'path', 'value'];
    // with a value in it, the message would not leave the client
    context.addIssue({ code: 'custom', message: reason, path: ['routes', route, ...within] });
  }
});

/** The routes of a configuration with their backends, whose watches begin here. */
export function toServedRoutes(
  { routes }: GatewayConfiguration,
  { upstreams, traffic }: { readonly upstreams: Upstreams; readonly traffic: Traffic },
): readonly ServedRoute[] {
  return Object.entries(routes).map(([name, { hostnames, matches, backendRefs, timeouts, retry }]) => ({
    name,
    hostnames,
    matches,
    timeoutMs: timeouts.request,
    backendTimeoutMs: timeouts.backendRequest,
    retry: { attempts: retry.attempts, codes: new Set(retry.codes) },
    backends: new Backends(backendRefs.map((backend) => toBackend(backend, upstreams))),
    traffic: traffic.of(name),
  }));
}

function toBackend({ name, weight }: Route['backendRefs'][number], upstreams: Upstreams) {
  return { upstream: upstreams.of(name), weight };
}
