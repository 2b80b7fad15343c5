import type { Pair } from '@signalbox/layering';

import type { Author } from './change.ts';

/** What someone asks to be changed, without a single value. */
export interface AuditAttempt {
  readonly action: 'update' | 'push';
  /** The name of the caller. */
  readonly actor: string;
  /** Whom the caller named as the author of the commit. */
  readonly author?: Author;
  /** The folder that is changed; `*` for the repository as a whole. */
  readonly service: string;
  readonly environment?: string;
  /** The path of a file that is to be replaced. */
  readonly file?: string;
  /** Full name of the branch or tag that a push moves, where it is not the one that is served. */
  readonly reference?: string;
  readonly touched: TouchedKeys;
  /** Of a push: whose effective configuration it changes. */
  readonly reached?: ReachedPairs;
}

export interface ReachedPairs {
  /** The first of them, up to `MAX_PAIRS_KEPT`. */
  readonly pairs: readonly Pair[];
  readonly pairCount: number;
}

export interface TouchedKeys {
  /** The first of them, up to `MAX_KEYS_KEPT`. */
  readonly keys: readonly string[];
  readonly keyCount: number;
}

/** What became of an attempt. */
export type AuditOutcome =
  /** Under way, or left by a server that ended before it could say. */
  | { readonly kind: 'pending' }
  /** Without `before` a branch or tag was made, without `after` it was deleted. */
  | { readonly kind: 'committed'; readonly before?: string; readonly after?: string }
  | { readonly kind: 'unchanged' | 'dry-run'; readonly before: string }
  /** `refused`: the caller's to mend. `failed`: the server's. */
  | { readonly kind: 'refused' | 'failed'; readonly code: string; readonly reason: string };

export interface AuditEntry extends AuditAttempt {
  /** Sorts as text by time. */
  readonly id: string;
  readonly timeMs: number;
  readonly outcome: AuditOutcome;
}

/** An entry as it is told. */
export interface ToldEntry extends Omit<AuditEntry, 'outcome'> {
  /** `unknown`: pending since before the server began. Whoever was at it ended before it could say. */
  readonly outcome: AuditOutcome | { readonly kind: 'unknown' };
}

/** The end of a pending entry. Of an entry that is not there: does nothing. */
export interface AuditEnding {
  readonly id: string;
  readonly outcome: AuditOutcome;
  readonly touched: TouchedKeys;
}

export interface AuditFilter {
  readonly service?: string;
  readonly environment?: string;
  readonly actor?: string;
  /** Only entries older than the one of this id. */
  readonly before?: string;
  readonly limit: number;
}

/** Where the audit is kept. Several servers may write to one. */
export interface AuditStore {
  /** All of it, or nothing and a rejection. Outlives a power cut when it resolves. */
  write(entries: readonly AuditEntry[], endings: readonly AuditEnding[]): Promise<void>;
  /** Newest first. */
  list(filter: AuditFilter): Promise<readonly AuditEntry[]>;
  /** Rejects when nothing can be written now. */
  check(): Promise<void>;
  close(): Promise<void>;
}

const MAX_KEYS_KEPT = 100;
const MAX_PAIRS_KEPT = 100;

export function touchedKeys(keys: readonly string[]): TouchedKeys {
  return { keys: keys.slice(0, MAX_KEYS_KEPT), keyCount: keys.length };
}

export function reachedPairs(pairs: readonly Pair[]): ReachedPairs {
  const named = pairs.slice(0, MAX_PAIRS_KEPT).map(({ service, environment }) => ({ service, environment }));
  return { pairs: named, pairCount: pairs.length };
}
