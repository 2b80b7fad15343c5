import type { Clock } from '@signalbox/clock';

/** A sleep that another task can end early. A wake before the sleep is not lost: the next sleep ends at once. */
export class Alarm {
  readonly #clock: Clock;
  #nap = new AbortController();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  async sleep(ms: number): Promise<void> {
    const nap = this.#nap;
    try {
      await this.#clock.sleep(ms, nap.signal);
    } catch (error) {
      if (!nap.signal.aborted) {
        throw error;
      }
      this.#nap = new AbortController();
    }
  }

  wake(): void {
    this.#nap.abort();
  }
}
