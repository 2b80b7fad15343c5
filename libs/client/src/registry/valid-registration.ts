import { EnvironmentName, InstanceId, RegisterRequest, ServiceName } from '@signalbox/schemas';

import type { RegistrationOptions, RegistrationUpdate } from './registration-options.ts';
import type { InstanceKey } from './registry-api.ts';

import { type NamesOf, requireNames, shown } from '../connection/option-checks.ts';
import { requireName } from '../connection/option-names.ts';

/** Stands for the address that is looked for where none is given. */
const ANY_ADDRESS = '127.0.0.1';

const UPDATE_NAMES: NamesOf<RegistrationUpdate> = {
  tags: true,
  meta: true,
  weight: true,
  version: true,
  configurationVersion: true,
  checks: true,
};
const NAMES: NamesOf<RegistrationOptions> = {
  service: true,
  id: true,
  address: true,
  port: true,
  scheme: true,
  environment: true,
  region: true,
  zone: true,
  ttlMs: true,
  ...UPDATE_NAMES,
};

type Details = Omit<RegistrationOptions, keyof InstanceKey>;

/** Throws a RangeError with the field, the registry's own rule for it, and the value; a TypeError for a field that there is not. */
export function requireValidRegistration({ service, id }: InstanceKey, details: Details): void {
  requireNames('register', { service, id, ...details }, NAMES);
  requireName('service', service, ServiceName);
  requireName('id', id, InstanceId);
  requireName('environment', details.environment ?? '', EnvironmentName);
  requireValidDetails(details);
}

/** Throws as requireValidRegistration does, also for a field that can't be changed. */
export function requireValidUpdate(update: RegistrationUpdate, updated: Details): void {
  requireNames('update', update, UPDATE_NAMES);
  requireValidDetails(updated);
}

function requireValidDetails(details: Details): void {
  const { address = ANY_ADDRESS } = details;
  const [issue] = RegisterRequest.safeParse({ ...details, address }).error?.issues ?? [];
  if (issue !== undefined) {
    const value = issue.path.reduce<unknown>(
      (at, key) => (at as Record<PropertyKey, unknown> | undefined)?.[key],
      details,
    );
    throw new RangeError(`${issue.path.join('.')}: ${issue.message}, and is ${shown(value)}`);
  }
}
