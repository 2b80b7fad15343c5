/** The tables as Kysely types them. Columns hold text and integers alone, which SQLite and Postgres return alike. */
export interface RegistryTables {
  instance: InstanceRow;
  override: OverrideRow;
  epoch: EpochRow;
}

export interface InstanceRow {
  service: string;
  id: string;
  /** JSON: what the instance said of itself. */
  registration: string;
  /** ISO 8601. */
  registered_at: string;
  draining: 0 | 1;
  configuration_version: string | null;
  /** JSON: how its checks stood last. */
  checks: string;
}

interface OverrideRow {
  service: string;
  id: string;
  status: string;
}

/** One row. */
interface EpochRow {
  id: 1;
  epoch: number;
}
