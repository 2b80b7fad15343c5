import type { AuditAttempt, AuditOutcome } from './audit-store.ts';
import type { AuditTrail, BegunAttempt } from './audit-trail.ts';
import type { OfferedPush, Verdict } from './push.ts';

import { AuditUnavailableError } from '../errors.ts';
import { reachedPairs, touchedKeys } from './audit-store.ts';
import { type PushedBranch, type ReachedPair, type Review, reviewPush } from './push-review.ts';

export interface AuditedPushOptions {
  /** The name of the caller. */
  readonly actor: string;
  readonly trail: AuditTrail;
  readonly branch: PushedBranch;
}

type Acceptable = Review & { readonly kind: 'acceptable' };

/** In the audit, what is not about one folder. */
const WHOLE_REPOSITORY = '*';
/** Of an entry; the terminal has them all. */
const MAX_LINES_KEPT = 5;

/**
 * One push, with a record of it: without one it is refused.
 *
 * |          | judge: acceptable | judge: refused | settle                        |
 * |----------|-------------------|----------------|-------------------------------|
 * | (new)    | begun             | (new)          | (new)                         |
 * | begun    |                   |                | settled, as the branch has it |
 */
export class AuditedPush {
  readonly #options: AuditedPushOptions;
  /** What is under way may begin a record after the pusher has left. */
  #judging: Promise<Verdict> | undefined;
  #begun: { readonly review: Acceptable; readonly attempts: readonly BegunAttempt[] } | undefined;

  constructor(options: AuditedPushOptions) {
    this.#options = options;
  }

  /** Rejects when the push can't be judged: it must not go on then. */
  judge(push: OfferedPush): Promise<Verdict> {
    this.#judging = this.#judge(push);
    return this.#judging;
  }

  /**
   * To be called once Git is done, however it went: what became of the push is served, recorded, and answered. Undefined for a push
   * that moves nothing that is served, or was refused. Never rejects.
   */
  async settle(): Promise<AuditOutcome | undefined> {
    const { trail, branch } = this.#options;
    await this.#judging?.catch(() => undefined); // whoever asked for it is told
    await branch.refresh();
    if (this.#begun === undefined) {
      return undefined;
    }
    const { review, attempts } = this.#begun;
    const outcome = await outcomeOf(review, branch);
    if (outcome !== undefined) {
      await trail.endAll(attempts, outcome);
    }
    return outcome;
  }

  async #judge(push: OfferedPush): Promise<Verdict> {
    const { trail, branch } = this.#options;
    const review = await reviewPush(push, branch);
    switch (review.kind) {
      case 'elsewhere':
        return { kind: 'accepted' };
      case 'refused': {
        const { folders, code, lines } = review;
        const attempts = foldersToTell(folders).map((folder) => this.#toAttempt(folder));
        await trail.refuseAll(attempts, { kind: 'refused', code, reason: lines.slice(0, MAX_LINES_KEPT).join('; ') });
        return { kind: 'refused', lines };
      }
      case 'acceptable':
        return this.#begin(review);
    }
  }

  async #begin(review: Acceptable): Promise<Verdict> {
    const { folders, reached } = review;
    const attempts = foldersToTell(folders).map((folder) => ({
      ...this.#toAttempt(folder),
      ...toReach(reachedBy(folder, reached)),
    }));
    try {
      this.#begun = { review, attempts: await this.#options.trail.beginAll(attempts) };
      return { kind: 'accepted' };
    } catch (error) {
      if (error instanceof AuditUnavailableError) {
        return { kind: 'refused', lines: [error.message] };
      }
      throw error;
    }
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

/** Pushers leave, and others are faster: only the branch knows. Undefined where it can't be asked: the record stays pending. */
async function outcomeOf({ before, after }: Acceptable, branch: PushedBranch): Promise<AuditOutcome | undefined> {
  try {
    return (await branch.contains(after))
      ? { kind: 'committed', before, after }
      : { kind: 'refused', code: 'config/conflict', reason: 'the branch moved under the push, or the pusher left' };
  } catch {
    return undefined;
  }
}
