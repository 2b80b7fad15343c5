import { setImmediate as turnOfTheLoop } from 'node:timers/promises';

import type { RegistrationStore, StoreWrite } from './registration-store.ts';

import { RegistryFullError, StorageUnavailableError } from '../errors.ts';

export interface WriteQueueOptions {
  /** @default 500 */
  readonly maxBatch?: number;
  /** Writes that may wait; one more is refused. @default 20_000 */
  readonly maxWaiting?: number;
}

interface Waiting {
  readonly write: StoreWrite;
  readonly stored: PromiseWithResolvers<undefined>;
  readonly apply: () => void;
}

const DEFAULTS = { maxBatch: 500, maxWaiting: 20_000 } satisfies Required<WriteQueueOptions>;

/**
 * Brings changes into the store, then into memory, in one order for both.
 * What arrives within a turn of the event loop or while the store is busy is stored in one transaction.
 */
export class WriteQueue {
  readonly #store: RegistrationStore;
  readonly #options: Required<WriteQueueOptions>;
  #waiting: Waiting[] = [];
  #draining: Promise<void> | undefined;
  #failure: StorageUnavailableError | undefined;

  constructor(store: RegistrationStore, options: WriteQueueOptions = {}) {
    this.#store = store;
    this.#options = { ...DEFAULTS, ...options };
  }

  /** Why the last write was not stored; undefined when it was. */
  get failure(): StorageUnavailableError | undefined {
    return this.#failure;
  }

  /**
   * Resolves once the write is stored and applied. `apply` runs after those of all earlier writes, and may not throw.
   * Rejects with StorageUnavailableError when the store refuses, and with RegistryFullError when too many wait; then `apply` never runs.
   */
  async push(write: StoreWrite, apply: () => void): Promise<void> {
    if (this.#waiting.length >= this.#options.maxWaiting) {
      throw new RegistryFullError(`${this.#options.maxWaiting} waiting writes`);
    }
    const stored = Promise.withResolvers<undefined>();
    this.#waiting.push({ write, stored, apply });
    this.#draining ??= this.#drain();
    await stored.promise;
  }

  /** Resolves when nothing waits any more. */
  async settle(): Promise<void> {
    await this.#draining;
  }

  async #drain(): Promise<void> {
    await turnOfTheLoop();
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0, this.#options.maxBatch);
      await this.#storeBatch(batch);
    }
    this.#draining = undefined;
  }

  async #storeBatch(batch: readonly Waiting[]): Promise<void> {
    try {
      await this.#store.write(batch.map(({ write }) => write));
    } catch (error) {
      const reason = new StorageUnavailableError(error);
      this.#failure = reason;
      batch.forEach(({ stored }) => {
        stored.reject(reason);
      });
      return;
    }
    this.#failure = undefined;
    for (const { apply, stored } of batch) {
      apply();
      stored.resolve(undefined);
    }
  }
}
