import * as z from 'zod';

import { InstanceId, RegisterRequest, RegisterResponse, ServiceName } from '@signalbox/schemas';
import { authorize, type ServiceHttp } from '@signalbox/service-runtime';

import type { Catalog } from '../catalog/catalog.ts';
import type { Registrar } from '../catalog/registrar.ts';
import type { Registration } from '../catalog/registration.ts';

import { leaseOf } from '../leases/leases.ts';
import { authorizeFor } from './authorization.ts';
import { toRegistration } from './to-registration.ts';

export const INSTANCE_PATH = '/api/v1/services/:service/instances/:id';
export const InstanceParams = z.object({ service: ServiceName, id: InstanceId });

const MAX_FIELDS_NAMED = 16;
const MAX_NAME_LENGTH = 64;

export interface RegistrationParts {
  readonly catalog: Catalog;
  readonly registrar: Registrar;
  /** Throws for a registration whose checks can't be run. */
  readonly refuseUnreachable: (registration: Registration) => void;
}

/** Coming and leaving. */
export function addRegistrationRoutes(http: ServiceHttp, parts: RegistrationParts): void {
  const { catalog, registrar } = parts;

  http.put(
    INSTANCE_PATH,
    {
      schema: {
        summary: 'Register an instance, or replace its registration',
        tags: ['instances'],
        params: InstanceParams,
        body: RegisterRequest.loose(),
        response: { 200: RegisterResponse, 201: RegisterResponse },
      },
    },
    async (request, reply) => {
      const key = request.params;
      const registration = toRegistration(key, request.body);
      authorize(request, 'register', { service: key.service, environment: registration.environment });
      if (catalog.get(key) !== undefined) {
        authorizeFor(request, 'register', { catalog, key });
      }
      parts.refuseUnreachable(registration);
      const { created } = await registrar.register(registration);
      if (created) {
        request.log.info({ ...key, address: registration.address, port: registration.port }, 'instance registered');
      }
      const ignored = unknownFields(request.body);
      if (ignored.length > 0) {
        request.log.warn({ ...key, ignored }, 'fields of a registration that are not known were ignored');
      }
      const lease = registration.ttlMs === null ? null : leaseOf(registration.ttlMs);
      const answer = { ...key, lease, revision: catalog.lastChangeOf(key.service) };
      return await reply.code(created ? 201 : 200).send({ ...answer, ...(ignored.length > 0 && { ignored }) });
    },
  );

  http.delete(
    INSTANCE_PATH,
    {
      schema: {
        summary: 'Deregister an instance',
        tags: ['instances'],
        params: InstanceParams,
        response: { 204: z.null() },
      },
    },
    async (request, reply) => {
      const key = request.params;
      authorizeFor(request, 'register', { catalog, key });
      await registrar.deregister(key);
      request.log.info({ ...key }, 'instance deregistered');
      return await reply.code(204).send(null);
    },
  );
}

/** Names that callers choose: bounded, as they go into an answer and the log. */
function unknownFields(body: object): string[] {
  return Object.keys(body)
    .filter((field) => !Object.hasOwn(RegisterRequest.shape, field))
    .slice(0, MAX_FIELDS_NAMED)
    .map((field) => field.slice(0, MAX_NAME_LENGTH));
}
