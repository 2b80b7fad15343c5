import { GatewayEndpointsResponse, GatewayRoutesResponse } from '@signalbox/schemas';
import { authorize, type ServiceHttp } from '@signalbox/service-runtime';

import type { JwtFilter } from '../filters/jwt-filter.ts';
import type { ServedRoute } from '../proxy/served-route.ts';
import type { Upstream } from '../upstreams/upstream.ts';

import { originOf } from '../upstreams/endpoint.ts';

/** What the control API shows. */
export interface Shown {
  readonly inForce: { readonly routes: readonly ServedRoute[]; readonly version: string | undefined };
  readonly upstreams: { readonly all: readonly Upstream[] };
  readonly filters: { readonly all: readonly JwtFilter[] };
}

export function addAdminRoutes(http: ServiceHttp, { inForce, upstreams, filters }: Shown): void {
  const describe = (summary: string, answer: typeof GatewayEndpointsResponse | typeof GatewayRoutesResponse) => ({
    schema: { summary, response: { 200: answer } },
  });
  http.get(
    '/admin/routes',
    describe('The routes in force', GatewayRoutesResponse),
    (request): GatewayRoutesResponse => {
      authorize(request, 'read');
      return {
        version: inForce.version ?? null,
        routes: inForce.routes.map(toWireRoute),
        jwtProviders: filters.all.map(toWireProvider),
      };
    },
  );
  http.get(
    '/admin/endpoints',
    describe('The instances that routes lead to', GatewayEndpointsResponse),
    (request): GatewayEndpointsResponse => {
      authorize(request, 'read');
      return { services: upstreams.all.map(toWireService) };
    },
  );
}

function toWireRoute(route: ServedRoute): GatewayRoutesResponse['routes'][number] {
  return {
    name: route.name,
    hostnames: [...route.hostnames],
    matches: route.matches.map(({ path, method, headers }) => ({
      path,
      headers: [...headers],
      ...(method !== undefined && { method }),
    })),
    backends: route.backends.shares.map(({ upstream, weight }) => ({ service: upstream.service, weight })),
    timeoutMs: route.timeoutMs,
    backendTimeoutMs: route.backendTimeoutMs,
    retry: { attempts: route.retry.attempts, codes: [...route.retry.codes] },
    ...(route.jwt && { jwt: { provider: route.jwt.provider } }),
  };
}

function toWireProvider({ provider, definition, keys }: JwtFilter): GatewayRoutesResponse['jwtProviders'][number] {
  return {
    name: provider,
    issuer: definition.issuer,
    audiences: [...definition.audiences],
    keys: keys.current?.size ?? null,
    problem: keys.trouble ?? null,
  };
}

function toWireService(upstream: Upstream): GatewayEndpointsResponse['services'][number] {
  const endpoints = new Map(upstream.endpoints.map((endpoint) => [endpoint.id, endpoint]));
  return {
    name: upstream.service,
    instances: upstream.instances.map((instance) => {
      const endpoint = endpoints.get(instance.id);
      return {
        id: instance.id,
        origin: originOf(instance),
        status: instance.status,
        weight: instance.weight,
        endpoint: endpoint === undefined ? null : toWireEndpoint(endpoint),
      };
    }),
  };
}

function toWireEndpoint({ inFlight, breaker }: Upstream['endpoints'][number]) {
  const { state, failureCount, retryAfterMs } = breaker.snapshot();
  return {
    inFlight,
    breaker: state,
    failures: failureCount,
    retryAfterMs: retryAfterMs === Infinity ? null : retryAfterMs,
  };
}
