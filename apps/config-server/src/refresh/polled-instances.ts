import type { Clock } from '@signalbox/clock';

import { pairKey } from '@signalbox/layering';

import type { Audience, ReachedInstance, Rejection, Subscriber } from './audience.ts';

export interface PolledInstancesOptions {
  readonly clock: Clock;
  readonly audience: Audience;
  /** How long an instance stays listed that polled or reported last: longer than a wait. @default 120_000 */
  readonly keptMs?: number;
  /** How many are listed at a time; one more takes the place of the one that was seen the longest ago. @default 20_000 */
  readonly maxInstances?: number;
}

export type Verdict =
  | { readonly type: 'applied'; readonly etag: string }
  | { readonly type: 'rejected'; readonly etag: string; readonly reason: string };

interface PolledInstance extends Subscriber {
  readonly instanceId: string;
  applied?: string;
  rejected?: Rejection;
}

interface Presence {
  readonly instance: PolledInstance;
  readonly leave: () => void;
  /** Aborted when it is seen again, or no longer to be kept. */
  expiry: AbortController;
}

const DEFAULTS = { keptMs: 120_000, maxInstances: 20_000 } satisfies Partial<PolledInstancesOptions>;

/** Instances that hold no socket: between their polls they stay in the audience for a while, with what they said. */
export class PolledInstances {
  readonly #options: Required<PolledInstancesOptions>;
  /** Who was seen the longest ago comes first. */
  readonly #present = new Map<string, Presence>();

  constructor(options: PolledInstancesOptions) {
    const { keptMs = DEFAULTS.keptMs, maxInstances = DEFAULTS.maxInstances } = options;
    this.#options = { ...options, keptMs, maxInstances };
  }

  /** @param etag of what it runs */
  poll(polling: ReachedInstance, etag: string | undefined): void {
    const { instance } = this.#see(polling);
    if (etag !== undefined) {
      instance.applied = etag;
    }
  }

  report(reporting: ReachedInstance, verdict: Verdict): Subscriber {
    const { instance } = this.#see(reporting);
    if (verdict.type === 'applied') {
      instance.applied = verdict.etag;
      delete instance.rejected;
    } else {
      instance.rejected = { etag: verdict.etag, reason: verdict.reason };
    }
    return instance;
  }

  close(): void {
    for (const { expiry, leave } of this.#present.values()) {
      expiry.abort();
      leave();
    }
    this.#present.clear();
  }

  #see(instance: ReachedInstance): Presence {
    const key = `${pairKey(instance)}/${instance.instanceId}`;
    const presence = this.#present.get(key) ?? this.#enter(instance);
    this.#present.delete(key);
    this.#present.set(key, presence);
    presence.expiry.abort();
    presence.expiry = new AbortController();
    void this.#expire(key, presence);
    return presence;
  }

  #enter({ service, environment, instanceId }: ReachedInstance): Presence {
    const { audience, maxInstances } = this.#options;
    if (this.#present.size >= maxInstances) {
      this.#giveUpOldest();
    }
    const instance: PolledInstance = { service, environment, instanceId, tell: () => undefined };
    return { instance, leave: audience.join(instance), expiry: new AbortController() };
  }

  /** Whoever may read may poll under any name: names that are made up must keep no instance out. */
  #giveUpOldest(): void {
    for (const [key, { expiry, leave }] of this.#present) {
      expiry.abort();
      leave();
      this.#present.delete(key);
      return;
    }
  }

  async #expire(key: string, { expiry, leave }: Presence): Promise<void> {
    try {
      await this.#options.clock.sleep(this.#options.keptMs, expiry.signal);
    } catch {
      return; // seen again, or closed
    }
    this.#present.delete(key);
    leave();
  }
}
