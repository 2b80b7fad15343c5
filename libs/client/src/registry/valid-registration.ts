import { EnvironmentName, InstanceId, RegisterRequest, ServiceName } from '@signalbox/schemas';

import type { InstanceKey } from './registry-api.ts';

import { requireName } from '../connection/option-names.ts';

/** Stands for the address that is looked for where none is given. */
const ANY_ADDRESS = '127.0.0.1';
/** As much of a wrong value as its message shows. */
const MAX_SHOWN_LENGTH = 80;

interface Details {
  readonly environment: string;
  readonly address?: string | undefined;
}

/** Throws a RangeError with the field, the registry's own rule for it, and the value. */
export function requireValidRegistration({ service, id }: InstanceKey, details: Details): void {
  requireName('service', service, ServiceName);
  requireName('id', id, InstanceId);
  requireName('environment', details.environment, EnvironmentName);
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

function shown(value: unknown): string {
  const text = value === undefined ? 'undefined' : JSON.stringify(value);
  return text.length > MAX_SHOWN_LENGTH ? `${text.slice(0, MAX_SHOWN_LENGTH)}…` : text;
}
