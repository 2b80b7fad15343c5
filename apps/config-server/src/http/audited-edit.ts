import { ProblemError } from '@signalbox/service-runtime';

import type { AuditAttempt, AuditOutcome } from '../editing/audit-store.ts';
import type { AuditTrail } from '../editing/audit-trail.ts';
import type { EditOutcome } from '../editing/editor.ts';

import { touchedKeys } from '../editing/audit-store.ts';
import { toProblem } from './problems.ts';

export interface AuditedEditOptions {
  readonly attempt: AuditAttempt;
  readonly dryRun: boolean;
  /** Throws when the caller may not do this. */
  readonly authorize: () => void;
  readonly edit: () => Promise<EditOutcome>;
}

/** Edits with a record of it: without one nothing is edited, and whatever the caller is answered is in it. */
export async function auditedEdit(trail: AuditTrail, options: AuditedEditOptions): Promise<EditOutcome> {
  const { attempt, dryRun, authorize, edit } = options;
  try {
    authorize();
  } catch (error) {
    await trail.refuse(attempt, refusalOf(error));
    throw error;
  }
  const begun = await trail.begin(attempt);
  try {
    const outcome = await edit();
    const touched = attempt.file === undefined ? attempt.touched : touchedBy(outcome);
    await trail.end({ ...begun, touched }, endOf(outcome, dryRun));
    return outcome;
  } catch (error) {
    await trail.end(begun, refusalOf(error));
    throw error;
  }
}

function endOf({ base, version }: EditOutcome, dryRun: boolean): AuditOutcome {
  if (dryRun) {
    return { kind: 'dry-run', before: base };
  }
  return version === base ? { kind: 'unchanged', before: base } : { kind: 'committed', before: base, after: version };
}

/** One key of many environments is one key. */
function touchedBy({ changes }: EditOutcome): AuditAttempt['touched'] {
  return touchedKeys([...new Set(changes.map(({ key }) => key))]);
}

/** What the caller is answered, which never holds a value. */
function refusalOf(error: unknown): AuditOutcome {
  const problem = error instanceof ProblemError ? error.problem : toProblem(error);
  if (problem === undefined) {
    return { kind: 'failed', code: 'internal', reason: 'the log says why' };
  }
  const { status, code, detail } = problem;
  return { kind: status < 500 ? 'refused' : 'failed', code, reason: detail };
}
