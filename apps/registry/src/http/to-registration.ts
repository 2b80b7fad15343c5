import type { RegisterRequest, CheckDefinition as WireCheck } from '@signalbox/schemas';

import { ProblemError } from '@signalbox/service-runtime';

import type { CheckDefinition, InstanceKey, Registration } from '../catalog/registration.ts';

/** Most instances have none of these; they share the empty ones. */
const NO_TAGS: readonly string[] = [];
const NO_META: Readonly<Record<string, string>> = {};
const NO_CHECKS: readonly CheckDefinition[] = [];

const MAX_CHECK_NAME = 64;

/** Throws a 400 problem when two checks would have one name. */
export function toRegistration({ service, id }: InstanceKey, request: RegisterRequest): Registration {
  const { region, zone, version, configurationVersion } = request;
  return {
    service,
    id,
    environment: request.environment,
    scheme: request.scheme,
    address: request.address,
    port: request.port,
    tags: request.tags.length === 0 ? NO_TAGS : request.tags,
    meta: Object.keys(request.meta).length === 0 ? NO_META : request.meta,
    weight: request.weight,
    ...(region !== undefined && { region }),
    ...(zone !== undefined && { zone }),
    ...(version !== undefined && { version }),
    ...(configurationVersion !== undefined && { configurationVersion }),
    ttlMs: request.ttlMs,
    checks: request.checks.length === 0 ? NO_CHECKS : withDistinctNames(request.checks.map(toCheck)),
  };
}

function toCheck(check: WireCheck): CheckDefinition {
  return { ...check, name: check.name ?? nameOf(check).slice(0, MAX_CHECK_NAME) };
}

/** What a check is called that was given no name. */
function nameOf(check: WireCheck): string {
  switch (check.type) {
    case 'http':
      return `http ${check.path}`;
    case 'tcp':
      return 'tcp';
    case 'grpc':
      return `grpc ${check.service}`.trimEnd();
  }
}

function withDistinctNames(checks: readonly CheckDefinition[]): readonly CheckDefinition[] {
  const twice = checks.find(({ name }, i) => checks.findIndex((other) => other.name === name) !== i);
  if (twice !== undefined) {
    throw new ProblemError({
      status: 400,
      code: 'request/invalid',
      detail: `body/checks: two checks are named "${twice.name}"`,
    });
  }
  return checks;
}
