interface Entry {
  readonly revision: number;
  readonly id: string;
}

/** Which instances of one service changed, back to a bounded number of changes. */
export class ChangeLog {
  readonly #maxEntries: number;
  #entries: Entry[] = [];
  /** Changes after this revision are all known. */
  #since: number;

  constructor(since: number, maxEntries: number) {
    this.#since = since;
    this.#maxEntries = maxEntries;
  }

  add(revision: number, id: string): void {
    this.#entries.push({ revision, id });
    if (this.#entries.length >= 2 * this.#maxEntries) {
      const dropped = this.#entries.length - this.#maxEntries;
      this.#since = this.#entries[dropped - 1]?.revision ?? this.#since;
      this.#entries = this.#entries.slice(dropped);
    }
  }

  /** The ids of instances that changed after a revision; undefined when the log does not reach back so far. */
  changedAfter(revision: number): ReadonlySet<string> | undefined {
    if (revision < this.#since) {
      return undefined;
    }
    const first = this.#entries.findLastIndex((entry) => entry.revision <= revision) + 1;
    return new Set(this.#entries.slice(first).map(({ id }) => id));
  }
}
