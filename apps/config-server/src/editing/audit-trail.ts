import { randomBytes } from 'node:crypto';

import type { Clock } from '@signalbox/clock';

import type {
  AuditAttempt,
  AuditEnding,
  AuditEntry,
  AuditFilter,
  AuditOutcome,
  AuditStore,
  ToldEntry,
  TouchedKeys,
} from './audit-store.ts';

export interface AuditTrailOptions {
  readonly store: AuditStore;
  readonly clock: Clock;
  /** Told when the end of an attempt could not be stored: it is stored before the next attempt begins. */
  readonly onTrouble: (error: unknown) => void;
}

/** An attempt that was begun, and has an entry. */
export interface BegunAttempt {
  readonly id: string;
  readonly touched: TouchedKeys;
  /** As the attempt has it. */
  readonly reference?: string;
}

export interface EndedAttempt {
  readonly begun: BegunAttempt;
  readonly outcome: AuditOutcome;
}

/**
 * Who changed what. An attempt is stored before anything is done about it, and nothing is done when it can't be; its end follows.
 * An end that can't be stored is owed: the next attempt is begun together with all that is owed, or not at all.
 */
export class AuditTrail {
  readonly #options: AuditTrailOptions;
  readonly #startedAtMs: number;
  /** By id. No more than the attempts that were under way when the store failed: there are no new ones until it takes these. */
  readonly #owed = new Map<string, AuditEnding>();
  #isTroubled = false;
  #lastId = { ms: 0, count: 0 };

  constructor(options: AuditTrailOptions) {
    this.#options = options;
    this.#startedAtMs = Math.floor(options.clock.now()); // as precise as a stored entry
  }

  /** Rejects when it can't be stored. */
  async begin(attempt: AuditAttempt): Promise<BegunAttempt> {
    const entry = this.#toEntry(attempt, { kind: 'pending' });
    await this.#write([entry], []);
    return entry;
  }

  /** All of them or none. Rejects when they can't be stored. */
  async beginAll(attempts: readonly AuditAttempt[]): Promise<readonly BegunAttempt[]> {
    const entries = attempts.map((attempt) => this.#toEntry(attempt, { kind: 'pending' }));
    await this.#write(entries, []);
    return entries;
  }

  /** Never rejects. */
  async end(begun: BegunAttempt, outcome: AuditOutcome): Promise<void> {
    await this.endAll([{ begun, outcome }]);
  }

  /** Never rejects. */
  async endAll(ended: readonly EndedAttempt[]): Promise<void> {
    const endings = ended.map(({ begun: { id, touched }, outcome }) => ({ id, outcome, touched }));
    await this.#write([], endings).catch(this.#options.onTrouble);
  }

  /** An attempt that is over before it began. Never rejects: what was refused stays refused. */
  async refuse(attempt: AuditAttempt, outcome: AuditOutcome): Promise<void> {
    await this.refuseAll([attempt], outcome);
  }

  /** As `refuse`, for several at once. */
  async refuseAll(attempts: readonly AuditAttempt[], outcome: AuditOutcome): Promise<void> {
    const entries = attempts.map((attempt) => this.#toEntry(attempt, outcome));
    await this.#write(entries, []).catch(this.#options.onTrouble);
  }

  /** Newest first, with the ends that could not be stored yet. */
  async list(filter: AuditFilter): Promise<readonly ToldEntry[]> {
    const owed = new Map(this.#owed); // an end that is stored meanwhile may be missing from what is read
    const entries = await this.#options.store.list(filter);
    return entries.map((entry) => {
      const told = { ...entry, ...owed.get(entry.id), ...this.#owed.get(entry.id) };
      const isLeft = told.outcome.kind === 'pending' && entry.timeMs < this.#startedAtMs;
      return isLeft ? { ...told, outcome: { kind: 'unknown' } } : told;
    });
  }

  /** Rejects while attempts can't be stored. After trouble it stores what is owed, if it can. */
  async check(): Promise<void> {
    if (this.#isTroubled) {
      await this.#options.store.check();
      await this.#write([], []);
    } else {
      await this.#options.store.list({ limit: 1 });
    }
  }

  /** Stores what is owed, if it can. */
  async close(): Promise<void> {
    if (this.#owed.size > 0) {
      await this.#write([], []).catch(this.#options.onTrouble);
    }
    await this.#options.store.close();
  }

  async #write(entries: readonly AuditEntry[], endings: readonly AuditEnding[]): Promise<void> {
    const owed = [...this.#owed.values()];
    try {
      await this.#options.store.write(entries, [...owed, ...endings]);
      this.#isTroubled = false;
    } catch (error) {
      this.#isTroubled = true;
      for (const ending of endings) {
        this.#owed.set(ending.id, ending);
      }
      throw error;
    }
    for (const { id } of owed) {
      this.#owed.delete(id);
    }
  }

  #toEntry(attempt: AuditAttempt, outcome: AuditOutcome): AuditEntry {
    const timeMs = this.#options.clock.now();
    return { ...attempt, id: this.#nextId(timeMs), timeMs, outcome };
  }

  /** 48 bits of time, 16 that count within a millisecond (on into the next), 32 at random against the ids of other servers; in hex. */
  #nextId(timeMs: number): string {
    const { ms, count } = this.#lastId;
    const wholeMs = Math.floor(timeMs);
    this.#lastId =
      wholeMs > ms ? { ms: wholeMs, count: 0 } : count < 0xff_ff ? { ms, count: count + 1 } : { ms: ms + 1, count: 0 };
    const time = this.#lastId.ms.toString(16).padStart(12, '0');
    return `${time}${this.#lastId.count.toString(16).padStart(4, '0')}${randomBytes(4).toString('hex')}`;
  }
}
