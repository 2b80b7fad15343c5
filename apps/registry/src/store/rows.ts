import type { InstanceRecord } from '../catalog/instance.ts';
import type { Amendment, StoredOverride } from '../catalog/registration-store.ts';
import type { InstanceRow, RegistryTables } from './schema.ts';

export function toRow(record: InstanceRecord): InstanceRow {
  const { registration, registeredAt, configurationVersion } = record;
  return {
    service: registration.service,
    id: registration.id,
    registration: JSON.stringify(registration),
    registered_at: new Date(registeredAt).toISOString(),
    draining: record.draining ? 1 : 0,
    configuration_version: configurationVersion ?? null,
    checks: JSON.stringify(record.checks),
  };
}

export function fromRow(row: InstanceRow): InstanceRecord {
  return {
    registration: JSON.parse(row.registration) as InstanceRecord['registration'], // written by toRow alone
    registeredAt: Date.parse(row.registered_at),
    draining: row.draining === 1,
    configurationVersion: row.configuration_version ?? undefined,
    checks: JSON.parse(row.checks) as InstanceRecord['checks'], // written by toRow and toAmendedColumns alone
  };
}

export function toAmendedColumns({ draining, configurationVersion, checks }: Amendment): Partial<InstanceRow> {
  return {
    ...(draining !== undefined && { draining: draining ? 1 : 0 }),
    ...(configurationVersion !== undefined && { configuration_version: configurationVersion }),
    ...(checks !== undefined && { checks: JSON.stringify(checks) }),
  };
}

export function toOverride({ service, id, status }: RegistryTables['override']): StoredOverride {
  return { service, id, status: status as StoredOverride['status'] }; // written by the store alone
}
