import type { WatchProtocol } from './watch-protocol.ts';

import { BenchError } from '../errors.ts';
import { Watcher } from './watcher.ts';

/** Connections that are opened at a time: below the queue of those that a server has not accepted yet. */
const OPENED_AT_A_TIME = 100;
const HEARD_WITHIN_MS = 10_000;

/** Watchers of the same thing, each on a connection of its own. */
export class Watchers {
  readonly #watchers: readonly Watcher[];

  private constructor(watchers: readonly Watcher[]) {
    this.#watchers = watchers;
  }

  static async open(protocols: readonly WatchProtocol[]): Promise<Watchers> {
    const watchers: Watcher[] = [];
    for (let first = 0; first < protocols.length; first += OPENED_AT_A_TIME) {
      const opening = protocols.slice(first, first + OPENED_AT_A_TIME).map((protocol) => Watcher.open(protocol));
      watchers.push(...(await Promise.all(opening)));
    }
    return new Watchers(watchers);
  }

  /**
   * Makes a change and answers how long each watcher took to hear of it, in milliseconds, the soonest first. A message of the change
   * holds the mark. Rejects with a BenchError when a watch ends or not everyone heard within 10 s.
   */
  async latencies(mark: string, makeChange: () => Promise<unknown>): Promise<readonly number[]> {
    const heard: number[] = [];
    const all = Promise.withResolvers<undefined>();
    let startedAt = 0;
    for (const watcher of this.#watchers) {
      watcher.listen((message) => {
        if (message.includes(mark) && heard.push(performance.now() - startedAt) === this.#watchers.length) {
          all.resolve(undefined);
        }
      }, all.reject);
    }
    startedAt = performance.now();
    const tooLate = setTimeout(() => {
      all.reject(new BenchError(`${heard.length} of ${this.#watchers.length} watchers heard of a change within 10 s`));
    }, HEARD_WITHIN_MS);
    try {
      await Promise.all([makeChange(), all.promise]);
    } finally {
      clearTimeout(tooLate);
    }
    return heard;
  }

  close(): void {
    this.#watchers.forEach((watcher) => {
      watcher.close();
    });
  }
}
