import { type Pair, pairKey } from '@signalbox/layering';

import type { PairChange } from './judged-pairs.ts';

export interface Rejection {
  readonly etag: string;
  readonly reason: string;
}

/** Someone who is told when a pair changes. */
export interface Subscriber extends Pair {
  readonly instanceId?: string;
  /** Etag of what the instance last said that it runs. */
  readonly applied?: string;
  /** What it refused since, and runs on without. */
  readonly rejected?: Rejection;
  tell(change: PairChange): void;
}

export interface ReachedInstance extends Pair {
  readonly instanceId: string;
}

/** Who follows which pair of the default label. */
export class Audience {
  readonly #byPair = new Map<string, Set<Subscriber>>();

  join(subscriber: Subscriber): () => void {
    const key = pairKey(subscriber);
    const together = this.#byPair.get(key) ?? new Set();
    this.#byPair.set(key, together.add(subscriber));
    return () => {
      together.delete(subscriber);
      if (together.size === 0 && this.#byPair.get(key) === together) {
        this.#byPair.delete(key);
      }
    };
  }

  tell(changes: readonly PairChange[]): void {
    for (const change of changes) {
      for (const subscriber of this.of(change.served)) {
        subscriber.tell(change);
      }
    }
  }

  of(pair: Pair): Iterable<Subscriber> {
    return this.#byPair.get(pairKey(pair)) ?? [];
  }

  /** Each instance once, however many sockets it holds. Subscribers that gave no id are not instances. */
  instancesOf(pairs: readonly Pair[]): readonly ReachedInstance[] {
    return pairs.flatMap(({ service, environment }) => {
      const ids = new Set([...this.of({ service, environment })].flatMap(({ instanceId }) => instanceId ?? []));
      return [...ids].map((instanceId) => ({ service, environment, instanceId }));
    });
  }

  *[Symbol.iterator](): Generator<Subscriber> {
    for (const together of this.#byPair.values()) {
      yield* together;
    }
  }
}
