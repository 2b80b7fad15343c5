import type { AuditAttempt, AuditOutcome } from './audit-store.ts';
import type { AuditTrail, BegunAttempt } from './audit-trail.ts';
import type { OfferedPush, ReferenceMove, Verdict } from './push.ts';

import { AuditUnavailableError } from '../errors.ts';
import { reachedPairs, touchedKeys } from './audit-store.ts';
import {
  type Acceptable,
  type PushedBranch,
  type ReachedPair,
  type Refused,
  reviewPush,
  type ServedChange,
} from './push-review.ts';

export interface AuditedPushOptions {
  /** The name of the caller. */
  readonly actor: string;
  readonly trail: AuditTrail;
  readonly branch: PushedBranch;
}

/** In the audit, what is not about one folder. */
const WHOLE_REPOSITORY = '*';
/** Of an entry; the terminal has them all. */
const MAX_LINES_KEPT = 5;

/**
 * One push, with a record of every branch and tag that it moves: without one it is refused.
 *
 * |          | judge: acceptable | judge: refused | settle                            |
 * |----------|-------------------|----------------|-----------------------------------|
 * | (new)    | begun             | (new)          | (new)                             |
 * | begun    |                   |                | settled, as the repository has it |
 */
export class AuditedPush {
  readonly #options: AuditedPushOptions;
  /** What is under way may begin a record after the pusher has left. */
  #judging: Promise<Verdict> | undefined;
  #begun: { readonly moves: readonly ReferenceMove[]; readonly attempts: readonly BegunAttempt[] } | undefined;

  constructor(options: AuditedPushOptions) {
    this.#options = options;
  }

  /** Rejects when the push can't be judged: it must not go on then. */
  judge(push: OfferedPush): Promise<Verdict> {
    this.#judging = this.#judge(push);
    return this.#judging;
  }

  /**
   * To be called once Git is done, however it went: what became of the push is served, recorded, and answered: the moves that were made.
   * Never rejects.
   */
  async settle(): Promise<readonly ReferenceMove[]> {
    const { trail, branch } = this.#options;
    await this.#judging?.catch(() => undefined); // whoever asked for it is told
    await branch.refresh();
    if (this.#begun === undefined) {
      return [];
    }
    const { moves, attempts } = this.#begun;
    const outcomes = await outcomesOf(moves, branch);
    const ended = attempts.flatMap((begun) => {
      const outcome = outcomes.get(begun.reference ?? branch.reference);
      return outcome === undefined ? [] : [{ begun, outcome }];
    });
    await trail.endAll(ended);
    return moves.filter(({ reference }) => outcomes.get(reference)?.kind === 'committed');
  }

  async #judge(push: OfferedPush): Promise<Verdict> {
    const review = await reviewPush(push, this.#options.branch);
    return review.kind === 'refused' ? this.#refuse(review) : this.#begin(review);
  }

  async #refuse({ folders, code, lines }: Refused): Promise<Verdict> {
    const attempts = foldersToTell(folders).map((folder) => this.#toAttempt(folder));
    const reason = lines.slice(0, MAX_LINES_KEPT).join('; ');
    await this.#options.trail.refuseAll(attempts, { kind: 'refused', code, reason });
    return { kind: 'refused', lines };
  }

  async #begin({ moves, served }: Acceptable): Promise<Verdict> {
    const { trail, branch } = this.#options;
    const elsewhere = moves
      .filter(({ reference }) => reference !== branch.reference)
      .map(({ reference }) => ({ ...this.#toAttempt(WHOLE_REPOSITORY), reference }));
    const attempts = [...(served === undefined ? [] : this.#toAttempts(served)), ...elsewhere];
    try {
      this.#begun = { moves, attempts: await trail.beginAll(attempts) };
      return { kind: 'accepted' };
    } catch (error) {
      if (error instanceof AuditUnavailableError) {
        return { kind: 'refused', lines: [error.message] };
      }
      throw error;
    }
  }

  #toAttempts({ folders, reached }: ServedChange): readonly AuditAttempt[] {
    return foldersToTell(folders).map((folder) => ({
      ...this.#toAttempt(folder),
      ...toReach(reachedBy(folder, reached)),
    }));
  }

  #toAttempt(folder: string): AuditAttempt {
    return { actor: this.#options.actor, action: 'push', service: folder, touched: touchedKeys([]) };
  }
}

function toReach(reached: readonly ReachedPair[]): Pick<AuditAttempt, 'touched' | 'reached'> {
  const keys = new Set(reached.flatMap(({ changes }) => changes.map(({ key }) => key)));
  return { touched: touchedKeys([...keys]), reached: reachedPairs(reached) };
}

function foldersToTell(folders: readonly string[]): readonly string[] {
  return folders.length === 0 ? [WHOLE_REPOSITORY] : folders;
}

/** A folder with pairs of its own reaches those; one that others read, as `common`, is told with all that the push reaches. */
function reachedBy(folder: string, reached: readonly ReachedPair[]): readonly ReachedPair[] {
  const own = reached.filter(({ service }) => service === folder);
  return own.length > 0 ? own : reached;
}

/** By reference. Where the repository can't tell, there is none: the record stays pending. */
async function outcomesOf(
  moves: readonly ReferenceMove[],
  branch: PushedBranch,
): Promise<ReadonlyMap<string, AuditOutcome>> {
  const outcomes = new Map<string, AuditOutcome>();
  try {
    const now = await branch.references();
    for (const move of moves) {
      const { reference } = move;
      const isServed = reference === branch.reference;
      const outcome = isServed ? await servedOutcome(move, branch) : outcomeAt(now.get(reference), move);
      if (outcome !== undefined) {
        outcomes.set(reference, outcome);
      }
    }
    return outcomes;
  } catch {
    return new Map();
  }
}

/** Pushers leave, and others are faster: only the branch knows, and what it was moved to it keeps. */
async function servedOutcome(move: ReferenceMove, branch: PushedBranch): Promise<AuditOutcome> {
  const isMade = move.after !== undefined && (await branch.contains(move.after));
  return isMade ? committed(move) : CONFLICT;
}

/** Another push may have moved it on, or instead: then nobody can tell. */
function outcomeAt(tip: string | undefined, move: ReferenceMove): AuditOutcome | undefined {
  if (tip === move.after) {
    return committed(move);
  }
  return tip === move.before ? CONFLICT : undefined;
}

function committed({ before, after }: ReferenceMove): AuditOutcome {
  return { kind: 'committed', ...(before !== undefined && { before }), ...(after !== undefined && { after }) };
}

const CONFLICT: AuditOutcome = {
  kind: 'refused',
  code: 'config/conflict',
  reason: 'the branch moved under the push, or the pusher left',
};
