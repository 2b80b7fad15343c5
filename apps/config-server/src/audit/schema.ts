import type { AuditAttempt, AuditOutcome, ReachedPairs, TouchedKeys } from '../editing/audit-store.ts';
import type { Author } from '../editing/change.ts';

/** The table as Kysely types it. Columns hold text alone, which SQLite and Postgres return alike. */
export interface AuditTables {
  audit_entry: AuditRow;
}

export interface AuditRow {
  /** In the order of time. */
  id: string;
  /** ISO 8601. */
  time: string;
  actor: string;
  action: AuditAttempt['action'];
  service: string;
  environment: string | null;
  outcome: AuditOutcome['kind'];
  version_before: string | null;
  version_after: string | null;
  code: string | null;
  /** JSON of `AuditDetails`: what callers write is text that no column need take as it is. */
  details: string;
}

export interface AuditDetails {
  readonly author?: Author;
  readonly file?: string;
  readonly reference?: string;
  readonly touched: TouchedKeys;
  readonly reached?: ReachedPairs;
  readonly reason?: string;
}
