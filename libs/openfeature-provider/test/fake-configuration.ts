import type { ConfigChangeListener, ConfigFreshness, ConfigFreshnessListener } from '@signalbox/client';

/** A configuration as a ConfigClient has it, which a test changes. */
export class FakeConfiguration<T> {
  readonly #changeListeners = new Set<ConfigChangeListener<T>>();
  readonly #freshnessListeners = new Set<ConfigFreshnessListener>();
  #commits = 1;

  current: T;
  freshness: ConfigFreshness;

  constructor(current: T, freshness: ConfigFreshness = 'current') {
    this.current = current;
    this.freshness = freshness;
  }

  get version(): string {
    return `commit-${this.#commits}`;
  }

  /** How many listeners of both kinds there are. */
  get listeners(): number {
    return this.#changeListeners.size + this.#freshnessListeners.size;
  }

  onChange(listener: ConfigChangeListener<T>): () => void {
    this.#changeListeners.add(listener);
    return () => this.#changeListeners.delete(listener);
  }

  onFreshness(listener: ConfigFreshnessListener): () => void {
    this.#freshnessListeners.add(listener);
    return () => this.#freshnessListeners.delete(listener);
  }

  change(current: T): void {
    const previous = this.current;
    this.current = current;
    this.#commits += 1;
    for (const listener of this.#changeListeners) {
      void listener({ previous, current, changedKeys: [], version: this.version });
    }
  }

  turn(freshness: ConfigFreshness): void {
    this.freshness = freshness;
    for (const listener of this.#freshnessListeners) {
      void listener(freshness);
    }
  }
}
