import * as z from 'zod';

import { Instance, OverrideRequest } from '@signalbox/schemas';
import { authorize, type ServiceHttp } from '@signalbox/service-runtime';

import type { Catalog } from '../catalog/catalog.ts';
import type { Registrar } from '../catalog/registrar.ts';

import { UnknownInstanceError } from '../errors.ts';
import { toWire } from '../instance-json.ts';
import { authorizeFor, permissionToSet } from './authorization.ts';
import { INSTANCE_PATH, InstanceParams } from './registration-routes.ts';

export interface StatusParts {
  readonly catalog: Catalog;
  readonly registrar: Registrar;
}

/** An operator's word, and draining. */
export function addStatusRoutes(http: ServiceHttp, { catalog, registrar }: StatusParts): void {
  http.put(
    `${INSTANCE_PATH}/status`,
    {
      schema: {
        summary: 'Override the status of an instance, or drain it',
        tags: ['status'],
        params: InstanceParams,
        body: OverrideRequest,
        response: { 200: Instance },
      },
    },
    async (request) => {
      const key = request.params;
      const { status } = request.body;
      authorizeFor(request, permissionToSet(request, status), { catalog, key });
      await (status === 'draining' ? registrar.drain(key) : registrar.override(key, status));
      request.log.info({ ...key, status, caller: request.identity?.name }, 'status set');
      const instance = catalog.get(key);
      if (instance === undefined) {
        throw new UnknownInstanceError(key);
      }
      return toWire(instance);
    },
  );

  http.delete(
    `${INSTANCE_PATH}/status`,
    {
      schema: {
        summary: 'End an override and a drain',
        tags: ['status'],
        params: InstanceParams,
        response: { 204: z.null() },
      },
    },
    async (request, reply) => {
      const key = request.params;
      const environment = catalog.get(key)?.registration.environment;
      authorize(request, 'write', { service: key.service, ...(environment !== undefined && { environment }) });
      await registrar.clearStatus(key);
      request.log.info({ ...key, caller: request.identity?.name }, 'status cleared');
      return await reply.code(204).send(null);
    },
  );
}
