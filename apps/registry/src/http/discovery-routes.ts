import type { FastifyReply, FastifyRequest } from 'fastify';

import * as z from 'zod';

import type { ServiceHttp } from '@signalbox/service-runtime';

import { InstanceListQuery, InstanceListResponse, ServiceListResponse, ServiceName } from '@signalbox/schemas';

import type { Catalog } from '../catalog/catalog.ts';
import type { InstanceFilter } from '../catalog/instance-filter.ts';
import type { LongPolls } from '../watch/long-polls.ts';

import { matchesFilter } from '../catalog/instance-filter.ts';
import { isRoutable } from '../catalog/status.ts';
import { encodeInstances } from '../instance-json.ts';
import { visibilityOf } from '../visibility.ts';
import { visibilityFor } from './authorization.ts';

const META = 'meta.';

export interface DiscoveryParts {
  readonly catalog: Catalog;
  readonly longPolls: LongPolls;
}

/** Finding. */
export function addDiscoveryRoutes(http: ServiceHttp, { catalog, longPolls }: DiscoveryParts): void {
  http.get(
    '/api/v1/services',
    { schema: { summary: 'List services', tags: ['discovery'], response: { 200: ServiceListResponse } } },
    (request) => ({ revision: catalog.revision, services: visibleServices(catalog, request) }),
  );

  http.get(
    '/api/v1/services/:service/instances',
    {
      schema: {
        summary: 'List the instances of a service, at once or when they change',
        tags: ['discovery'],
        params: z.object({ service: ServiceName }),
        querystring: InstanceListQuery,
        response: { 200: InstanceListResponse },
      },
    },
    async (request, reply) => {
      const { service } = request.params;
      const { revision, wait } = request.query;
      const visibility = visibilityFor(request, service);
      if (revision !== undefined && wait !== undefined) {
        await longPolls.forChange({ service, revision, waitMs: wait }, whenGone(reply));
      }
      const filter = toFilter(request.query);
      const instances = catalog
        .instancesOf(service)
        .filter((instance) => matchesFilter(instance, filter) && (visibility === 'all' || visibility(instance)));
      const now = catalog.lastChangeOf(service);
      await sendJson(
        reply.header('signalbox-revision', now),
        `{"revision":${now},"instances":${encodeInstances(instances)}}`,
      );
    },
  );
}

function visibleServices(catalog: Catalog, request: FastifyRequest): ServiceListResponse['services'] {
  const { identity } = request;
  return catalog.services().flatMap((service) => {
    const visibility = identity === null ? 'none' : visibilityOf(identity, service.name);
    if (visibility === 'all') {
      return [{ ...service }];
    }
    const seen = visibility === 'none' ? [] : catalog.instancesOf(service.name).filter(visibility);
    const healthy = seen.filter(({ status }) => isRoutable(status)).length;
    return seen.length === 0 ? [] : [{ name: service.name, instances: seen.length, healthy }];
  });
}

function toFilter(query: InstanceListQuery): InstanceFilter {
  const { healthy, environment, tag = [], zone, version } = query;
  const meta = Object.entries(query)
    .filter(([name]) => name.startsWith(META))
    .map(([name, value]) => [name.slice(META.length), String(value)] as const);
  return { healthy, environment, tags: tag, meta: new Map(meta), zone, version };
}

/** Aborted when the connection is gone before the answer. */
function whenGone(reply: FastifyReply): AbortSignal {
  const gone = new AbortController();
  reply.raw.once('close', () => {
    gone.abort();
  });
  return gone.signal;
}

/** What is JSON already is not encoded again. */
async function sendJson(reply: FastifyReply, json: string): Promise<void> {
  await reply.type('application/json; charset=utf-8').serializer(String).send(json);
}
