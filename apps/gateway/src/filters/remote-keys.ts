import type { Clock } from '@signalbox/clock';

import { exponentialBackoff } from '@signalbox/retry';

import type { KeySource } from './key-source.ts';

import { KeysTimeoutError } from './errors.ts';
import { KeySet } from './key-set.ts';

export interface RemoteKeysOptions {
  readonly clock: Clock;
  readonly source: KeySource;
  /** After at most so many milliseconds keys are fetched anew; up to a fifth earlier, so that gateways don't come all at once. */
  readonly refreshMs: number;
  /** Uniform over [0, 1). @default Math.random */
  readonly random?: (() => number) | undefined;
  /** Told of keys that are others than before. */
  readonly onKeys?: ((keys: KeySet) => void) | undefined;
  /** Told why keys could not be fetched, once for each different reason in a row. */
  readonly onTrouble?: ((reason: string) => void) | undefined;
}

export const FETCH_TIMEOUT_MS = 5_000;
/** After requests had keys fetched for a token that names an unknown one, how long no other request has. */
export const COOLDOWN_MS = 30_000;
/** Bounds of the first and of every wait after a fetch that failed. */
const RETRY = { initialMs: 1_000, maxMs: 10_000 };
const JITTER = 0.2;

/** The keys of one provider, fetched beforehand, on a timer, and now and then when a token names one that is not among them. */
export class RemoteKeys {
  readonly #options: RemoteKeysOptions;
  readonly #random: () => number;
  readonly #closing = new AbortController();
  readonly #firstFetch: Promise<boolean>;
  readonly #running: Promise<void>;
  /** The fetch that is under way, for whoever else wants one. */
  #fetching: Promise<boolean> | undefined;
  #current: KeySet | undefined;
  #trouble: string | undefined;
  #renewedAt = -Infinity;

  constructor(options: RemoteKeysOptions) {
    this.#options = options;
    this.#random = options.random ?? Math.random;
    this.#firstFetch = this.#fetch();
    this.#running = this.#run();
  }

  /** The last good ones; undefined while none could be had. */
  get current(): KeySet | undefined {
    return this.#current;
  }

  /** Why the last fetch failed. */
  get trouble(): string | undefined {
    return this.#trouble;
  }

  /** Resolves after the first fetch, however it ended. */
  get ready(): Promise<unknown> {
    return this.#firstFetch;
  }

  /** Keys that are others than these, fetched if no request had them fetched within COOLDOWN_MS; undefined where there are none. */
  async otherThan(keys: KeySet): Promise<KeySet | undefined> {
    const now = this.#options.clock.now();
    if (this.#current === keys && now - this.#renewedAt >= COOLDOWN_MS) {
      this.#renewedAt = now;
      void this.#fetch();
    }
    await this.#fetching;
    return this.#current === keys ? undefined : this.#current;
  }

  /** Fetches no more; the keys stay for requests that are under way. */
  async close(): Promise<void> {
    this.#closing.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { refreshMs } = this.#options;
    const retryMs = exponentialBackoff({ ...RETRY, random: this.#random });
    let failures = (await this.#firstFetch) ? 0 : 1;
    while (await this.#sleep(failures === 0 ? refreshMs * (1 - JITTER * this.#random()) : retryMs(failures - 1))) {
      failures = (await this.#fetch()) ? 0 : failures + 1;
    }
  }

  /** Whether the time passed; otherwise this was closed meanwhile. */
  #sleep(ms: number): Promise<boolean> {
    return this.#options.clock.sleep(ms, this.#closing.signal).then(
      () => true,
      () => false,
    );
  }

  /** Whether keys came; one fetch at a time, shared by all who ask meanwhile. Never rejects. */
  #fetch(): Promise<boolean> {
    this.#fetching ??= this.#fetchOnce().finally(() => {
      this.#fetching = undefined;
    });
    return this.#fetching;
  }

  async #fetchOnce(): Promise<boolean> {
    try {
      this.#take(await KeySet.parse(await this.#fetchText()));
      return true;
    } catch (error) {
      if (!this.#closing.signal.aborted) {
        this.#tell(error instanceof Error ? error.message : String(error));
      }
      return false;
    }
  }

  async #fetchText(): Promise<string> {
    const { clock, source } = this.#options;
    const overdue = new AbortController();
    const done = new AbortController();
    const timing = clock.sleep(FETCH_TIMEOUT_MS, done.signal).then(
      () => {
        overdue.abort(new KeysTimeoutError(FETCH_TIMEOUT_MS));
      },
      () => undefined, // done before
    );
    try {
      return await source(AbortSignal.any([this.#closing.signal, overdue.signal]));
    } catch (error) {
      throw overdue.signal.aborted ? overdue.signal.reason : error;
    } finally {
      done.abort();
      await timing;
    }
  }

  #take(keys: KeySet): void {
    this.#trouble = undefined;
    if (this.#current === undefined || !keys.isSameAs(this.#current)) {
      this.#current = keys;
      this.#options.onKeys?.(keys);
    }
  }

  #tell(reason: string): void {
    if (reason !== this.#trouble) {
      this.#trouble = reason;
      this.#options.onTrouble?.(reason);
    }
  }
}
