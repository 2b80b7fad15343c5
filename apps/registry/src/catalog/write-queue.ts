import { setImmediate as turnOfTheLoop } from 'node:timers/promises';

import type { RegistrationStore, StoreWrite } from './registration-store.ts';

import { RegistryFullError, StorageUnavailableError } from '../errors.ts';

export interface WriteQueueOptions {
  /** @default 500 */
  readonly maxBatch?: number;
  /** Writes that may wait; one more is refused. @default 20_000 */
  readonly maxWaiting?: number;
}

/** A write, and what it means in memory. */
export interface Change {
  readonly write: StoreWrite;
  /** Runs after that of every earlier change; may not throw. */
  readonly apply: () => void;
  /** Applied even if it can't be stored: what is true whether or not the registry remembers it. */
  readonly regardless?: boolean;
}

interface Waiting {
  readonly change: Change;
  readonly stored: PromiseWithResolvers<undefined>;
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

  constructor(store: RegistrationStore, options: WriteQueueOptions = {}) {
    this.#store = store;
    const { maxBatch = DEFAULTS.maxBatch, maxWaiting = DEFAULTS.maxWaiting } = options;
    this.#options = { maxBatch, maxWaiting };
  }

  /**
   * Resolves once the change is stored and applied. Rejects with StorageUnavailableError when the store refuses,
   * and with RegistryFullError when too many wait, unless it holds regardless.
   */
  async push(change: Change): Promise<void> {
    if (this.#waiting.length >= this.#options.maxWaiting && change.regardless !== true) {
      throw new RegistryFullError(`${this.#options.maxWaiting} waiting writes`);
    }
    const stored = Promise.withResolvers<undefined>();
    this.#waiting.push({ change, stored });
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
    const failure = await this.#failureOf(batch);
    for (const { change, stored } of batch) {
      if (failure === undefined || change.regardless === true) {
        change.apply();
      }
      if (failure === undefined) {
        stored.resolve(undefined);
      } else {
        stored.reject(failure);
      }
    }
  }

  async #failureOf(batch: readonly Waiting[]): Promise<StorageUnavailableError | undefined> {
    try {
      await this.#store.write(batch.map(({ change }) => change.write));
      return undefined;
    } catch (error) {
      return new StorageUnavailableError(error);
    }
  }
}
