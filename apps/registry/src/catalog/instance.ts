import { isDeepStrictEqual } from 'node:util';

import type { Registration } from './registration.ts';

import { type CheckStatus, type InstanceStatus, type Override, statusOf } from './status.ts';

export interface CheckState {
  readonly name: string;
  readonly status: CheckStatus;
}

/** What the registry keeps of an instance across restarts; overrides are kept apart, for they outlive it. */
export interface InstanceRecord {
  readonly registration: Registration;
  /** Milliseconds since the epoch; kept when a registration is replaced. */
  readonly registeredAt: number;
  readonly draining: boolean;
  /** What the instance last reported: in its registration, or with a renewal since. */
  readonly configurationVersion: string | undefined;
  readonly checks: readonly CheckState[];
}

/** An instance as the catalog holds it. Immutable: every change is another object, so that what derives from it can be remembered by it. */
export interface Instance extends InstanceRecord {
  readonly override: Override | undefined;
  readonly status: InstanceStatus;
}

/** The record of a registration that arrives now, over what was known of that instance before. The same record when nothing is new. */
export function register(
  previous: InstanceRecord | undefined,
  registration: Registration,
  now: number,
): InstanceRecord {
  if (previous !== undefined && !previous.draining && isUnchanged(previous, registration)) {
    return previous;
  }
  return {
    registration,
    registeredAt: previous?.registeredAt ?? Math.floor(now),
    draining: false,
    configurationVersion: registration.configurationVersion ?? previous?.configurationVersion,
    checks:
      previous !== undefined && hasSameTarget(previous.registration, registration)
        ? previous.checks
        : registration.checks.map(({ name }) => ({ name, status: 'pending' })),
  };
}

export function toInstance(record: InstanceRecord, override: Override | undefined): Instance {
  return { ...record, override, status: statusOf({ ...record, override }) };
}

/** Checks go on as they were only if they ask the same question of the same address. */
export function hasSameTarget(left: Registration, right: Registration): boolean {
  return (
    left.address === right.address &&
    left.port === right.port &&
    left.scheme === right.scheme &&
    isDeepStrictEqual(left.checks, right.checks)
  );
}

function isUnchanged(
  { registration: before, configurationVersion: reported }: InstanceRecord,
  now: Registration,
): boolean {
  const { configurationVersion = reported } = now;
  return configurationVersion === reported && isDeepStrictEqual(withoutReport(now), withoutReport(before));
}

function withoutReport(registration: Registration): Registration {
  return { ...registration, configurationVersion: '' };
}
