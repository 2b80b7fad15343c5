import type { FastifyRequest } from 'fastify';

import type { ServiceHttp } from '@signalbox/service-runtime';

import { RenewManyRequest, RenewManyResponse, RenewRequest, RenewResponse } from '@signalbox/schemas';

import type { Catalog } from '../catalog/catalog.ts';
import type { Registrar } from '../catalog/registrar.ts';
import type { InstanceKey } from '../catalog/registration.ts';
import type { Leases } from '../leases/leases.ts';

import { NoLeaseError, UnknownInstanceError } from '../errors.ts';
import { leaseOf } from '../leases/leases.ts';
import { authorizeFor } from './authorization.ts';
import { INSTANCE_PATH, InstanceParams } from './registration-routes.ts';

export interface LeaseParts {
  readonly catalog: Catalog;
  readonly registrar: Registrar;
  readonly leases: Leases;
}

interface Renewal {
  readonly key: InstanceKey;
  readonly configurationVersion: string | undefined;
}

/** Staying. */
export function addLeaseRoutes(http: ServiceHttp, parts: LeaseParts): void {
  const { catalog } = parts;

  http.put(
    `${INSTANCE_PATH}/lease`,
    {
      schema: {
        summary: 'Renew the lease of an instance',
        tags: ['leases'],
        params: InstanceParams,
        body: RenewRequest.nullish(),
        response: { 200: RenewResponse },
      },
    },
    async (request) => {
      const key = request.params;
      if (!isKnown(parts, key)) {
        throw new UnknownInstanceError(key);
      }
      const ttlMs = await renew(parts, request, { key, configurationVersion: request.body?.configurationVersion });
      if (ttlMs === undefined) {
        throw new NoLeaseError(key);
      }
      return { ...leaseOf(ttlMs), revision: catalog.lastChangeOf(key.service) };
    },
  );

  http.post(
    '/api/v1/leases/renew',
    {
      schema: {
        summary: 'Renew the leases of many instances',
        tags: ['leases'],
        body: RenewManyRequest,
        response: { 200: RenewManyResponse },
      },
    },
    async (request) => {
      const known: RenewManyRequest['instances'] = [];
      const unknown: RenewManyRequest['instances'] = [];
      for (const named of request.body.instances) {
        (isKnown(parts, named) ? known : unknown).push(named);
      }
      await Promise.all(
        known.map(({ service, id, configurationVersion }) =>
          renew(parts, request, { key: { service, id }, configurationVersion }),
        ),
      );
      return {
        renewed: known.length,
        unknown: unknown.map(({ service, id }) => ({ service, id })),
        revision: catalog.revision,
      };
    },
  );
}

/** An instance whose lease lapsed is listed until its removal is stored, and can not be renewed any more. */
function isKnown({ catalog, leases }: LeaseParts, key: InstanceKey): boolean {
  const instance = catalog.get(key);
  return instance !== undefined && (instance.registration.ttlMs === null || leases.has(key));
}

/** The lease is renewed before anything waits for storage. Nothing for an instance without a lease. */
async function renew(parts: LeaseParts, request: FastifyRequest, renewal: Renewal): Promise<number | undefined> {
  const { key, configurationVersion } = renewal;
  authorizeFor(request, 'register', { catalog: parts.catalog, key });
  const ttlMs = parts.leases.renew(key);
  if (configurationVersion !== undefined) {
    await parts.registrar.reportConfigurationVersion(key, configurationVersion);
  }
  return ttlMs;
}
