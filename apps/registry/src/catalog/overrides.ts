import type { Override } from './status.ts';

import { type InstanceKey, keyText } from './registration.ts';

/** How many overrides are kept of instances that left: they may come back under their id, or never. */
const MAX_ABSENT = 1_000;

/** What operators said of instances. An override stays when its instance leaves, for whoever returns under that id. */
export class Overrides {
  readonly #statuses = new Map<string, Override>();
  /** Overridden instances that left, in that order. */
  readonly #absent = new Map<string, InstanceKey>();
  readonly #maxAbsent: number;

  constructor(maxAbsent = MAX_ABSENT) {
    this.#maxAbsent = maxAbsent;
  }

  get(key: InstanceKey): Override | undefined {
    return this.#statuses.get(keyText(key));
  }

  set(key: InstanceKey, status: Override): void {
    this.#statuses.set(keyText(key), status);
  }

  delete(key: InstanceKey): void {
    this.#statuses.delete(keyText(key));
    this.#absent.delete(keyText(key));
  }

  instanceCame(key: InstanceKey): void {
    this.#absent.delete(keyText(key));
  }

  /** The key whose override had to be given up for this one, if any. */
  instanceLeft(key: InstanceKey): InstanceKey | undefined {
    if (!this.#statuses.has(keyText(key))) {
      return undefined;
    }
    this.#absent.set(keyText(key), key);
    const [oldest] = this.#absent.values();
    if (this.#absent.size <= this.#maxAbsent || oldest === undefined) {
      return undefined;
    }
    this.delete(oldest);
    return oldest;
  }
}
