import type { AuditEnding, AuditEntry, AuditOutcome } from '../editing/audit-store.ts';
import type { AuditDetails, AuditRow } from './schema.ts';

/** NUL is one of them, which no text in Postgres can hold. */
const CONTROL_CHARACTERS = /\p{Cc}/gu;

export function toRow(entry: AuditEntry): AuditRow {
  return {
    id: entry.id,
    time: new Date(entry.timeMs).toISOString(),
    actor: entry.actor.replace(CONTROL_CHARACTERS, ' '),
    action: entry.action,
    service: entry.service,
    environment: entry.environment ?? null,
    ...toOutcomeColumns(entry.outcome),
    details: toDetails(entry),
  };
}

type Detailed = Pick<AuditEntry, 'author' | 'file' | 'reference' | 'touched' | 'reached' | 'outcome'>;

function toDetails({ author, file, reference, touched, reached, outcome }: Detailed): string {
  return JSON.stringify({
    ...(author && { author }),
    ...(file !== undefined && { file }),
    ...(reference !== undefined && { reference }),
    touched,
    ...(reached && { reached }),
    ...('reason' in outcome && { reason: outcome.reason }),
  } satisfies AuditDetails);
}

export function toOutcomeColumns(
  outcome: AuditOutcome,
): Pick<AuditRow, 'outcome' | 'version_before' | 'version_after' | 'code'> {
  return {
    outcome: outcome.kind,
    version_before: 'before' in outcome ? outcome.before : null,
    version_after: 'after' in outcome ? outcome.after : null,
    code: 'code' in outcome ? outcome.code : null,
  };
}

/** What the entry's details are once it has ended. */
export function endedDetails(details: string, { outcome, touched }: AuditEnding): string {
  return toDetails({ ...fromDetails(details), outcome, touched });
}

export function fromRow(row: AuditRow): AuditEntry {
  const { author, file, reference, touched, reached, reason } = fromDetails(row.details);
  return {
    id: row.id,
    timeMs: Date.parse(row.time),
    actor: row.actor,
    action: row.action,
    ...(author && { author }),
    service: row.service,
    ...(row.environment !== null && { environment: row.environment }),
    ...(file !== undefined && { file }),
    ...(reference !== undefined && { reference }),
    touched,
    ...(reached && { reached }),
    outcome: toOutcome(row, reason),
  };
}

function fromDetails(details: string): AuditDetails {
  return JSON.parse(details) as AuditDetails; // written by toDetails alone
}

/** Columns that an outcome must have are never null: toOutcomeColumns wrote them. */
function toOutcome(row: AuditRow, reason = ''): AuditOutcome {
  const { version_before: before, version_after: after } = row;
  switch (row.outcome) {
    case 'pending':
      return { kind: 'pending' };
    case 'committed':
      return { kind: 'committed', ...(before !== null && { before }), ...(after !== null && { after }) };
    case 'unchanged':
    case 'dry-run':
      return { kind: row.outcome, before: before ?? '' };
    case 'refused':
    case 'failed':
      return { kind: row.outcome, code: row.code ?? '', reason };
  }
}
