import type { FastifyRequest } from 'fastify';

import { authorize, isAllowed, type Permission, ProblemError } from '@signalbox/service-runtime';

import type { Catalog } from '../catalog/catalog.ts';
import type { InstanceKey } from '../catalog/registration.ts';

import { UnknownInstanceError } from '../errors.ts';
import { type Visibility, visibilityOf } from '../visibility.ts';

/** Ends the request with 404 unless the instance is there, and with 403 unless its caller has the permission in its environment. */
export function authorizeFor(
  request: FastifyRequest,
  permission: Permission,
  { catalog, key }: { readonly catalog: Catalog; readonly key: InstanceKey },
): void {
  const instance = catalog.get(key);
  if (instance === undefined) {
    throw new UnknownInstanceError(key);
  }
  authorize(request, permission, { service: key.service, environment: instance.registration.environment });
}

/** Draining is what a service does when it leaves, and what an operator does to it; other overrides are the operator's alone. */
export function permissionToSet(request: FastifyRequest, status: string): Permission {
  const { identity } = request;
  const registers = identity !== null && isAllowed({ ...identity, services: ['*'], environments: ['*'] }, 'register');
  return status === 'draining' && registers ? 'register' : 'write';
}

/** Ends the request with 403 when its caller may see nothing of the service. */
export function visibilityFor(request: FastifyRequest, service: string): Exclude<Visibility, 'none'> {
  const visibility = request.identity === null ? 'none' : visibilityOf(request.identity, service);
  if (visibility === 'none') {
    throw new ProblemError({
      status: 403,
      code: 'auth/forbidden',
      detail: `${request.identity?.name ?? 'nobody'} may not read ${service}`,
    });
  }
  return visibility;
}
