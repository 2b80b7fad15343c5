import type { AuditEnding, AuditEntry, AuditFilter, AuditStore } from '../src/editing/audit-store.ts';

/** A store that can be made to fail. The entries may outlive it, as on a disk. */
export class MemoryAuditStore implements AuditStore {
  readonly entries: Map<string, AuditEntry>;
  failure: Error | undefined;

  constructor(entries = new Map<string, AuditEntry>()) {
    this.entries = entries;
  }

  async write(entries: readonly AuditEntry[], endings: readonly AuditEnding[]): Promise<void> {
    await this.check();
    for (const entry of entries) {
      this.entries.set(entry.id, entry);
    }
    for (const { id, ...ending } of endings) {
      const entry = this.entries.get(id);
      if (entry !== undefined) {
        this.entries.set(id, { ...entry, ...ending });
      }
    }
  }

  async list({ service, environment, actor, before, limit }: AuditFilter): Promise<readonly AuditEntry[]> {
    await this.check();
    return [...this.entries.values()]
      .filter(
        (entry) =>
          (service === undefined || entry.service === service) &&
          (environment === undefined || entry.environment === environment) &&
          (actor === undefined || entry.actor === actor) &&
          (before === undefined || entry.id < before),
      )
      .sort((left, right) => (left.id < right.id ? 1 : -1))
      .slice(0, limit);
  }

  check(): Promise<void> {
    return this.failure === undefined ? Promise.resolve() : Promise.reject(this.failure);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
