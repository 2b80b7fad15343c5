import type { Clock } from '@signalbox/clock';
import type { Instance } from '@signalbox/schemas';

import { Alarm } from '../connection/alarm.ts';
import { nextLapse, type ServiceView, UNKNOWN, withoutLapsed } from './service-view.ts';

/** Told of all instances of a service: when it joins, if they are known, and at each change. */
export interface Follower {
  follow(instances: Iterable<Instance>): void;
}

/** What is known of one service, and who follows it. Ends the graces of doubtful instances by itself. */
export class WatchedService {
  readonly #clock: Clock;
  readonly #alarm: Alarm;
  readonly #followers = new Set<Follower>();
  #view: ServiceView = UNKNOWN;
  #graces: Promise<void> | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#alarm = new Alarm(clock);
  }

  get revision(): number | undefined {
    return this.#view.revision;
  }

  join(follower: Follower): void {
    this.#followers.add(follower);
    if (this.#view.revision !== undefined) {
      follower.follow(this.#view.instances.values());
    }
  }

  /** Whether nobody follows it any more: it does nothing by itself then. */
  leave(follower: Follower): boolean {
    this.#followers.delete(follower);
    if (this.#followers.size === 0) {
      this.#alarm.wake();
    }
    return this.#followers.size === 0;
  }

  change(next: (view: ServiceView) => ServiceView): void {
    const { instances } = this.#view;
    this.#view = next(this.#view);
    if (this.#view.instances !== instances) {
      this.#followers.forEach((follower) => {
        follower.follow(this.#view.instances.values());
      });
    }
    if (this.#nextLapse() !== undefined) {
      this.#graces ??= this.#endGraces();
    }
  }

  async #endGraces(): Promise<void> {
    for (let at = this.#nextLapse(); at !== undefined; at = this.#nextLapse()) {
      await this.#alarm.sleep(at - this.#clock.now());
      this.change((view) => withoutLapsed(view, this.#clock.now()));
    }
    this.#graces = undefined;
  }

  #nextLapse(): number | undefined {
    return this.#followers.size === 0 ? undefined : nextLapse(this.#view);
  }
}
