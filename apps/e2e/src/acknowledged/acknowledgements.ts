import { systemClock } from '@signalbox/clock';

const ANSWER_WITHIN_MS = 10_000;
/** Between writes, and before the next one after a write that was not taken. */
const PAUSE_MS = 30;

/** Sends writes to servers that are killed meanwhile, and counts those that were acknowledged. */
export class Acknowledgements {
  #count = 0;
  #hasEnded = false;
  #next = Promise.withResolvers<undefined>();

  get count(): number {
    return this.#count;
  }

  /** The body of the answer where the server took the write; undefined where it did not, or where nobody knows. */
  async send(url: string, method: 'POST' | 'PUT' | 'DELETE', body?: object): Promise<unknown> {
    try {
      const response = await fetch(url, {
        method,
        signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
        ...(body && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
      });
      const answer = await response.text();
      return response.ok ? this.#acknowledge(answer) : undefined;
    } catch {
      return undefined; // killed before it had answered
    }
  }

  /** Resolves once so many more writes were acknowledged; rejects when there will be none. */
  async more(writes: number): Promise<void> {
    const goal = this.#count + writes;
    while (this.#count < goal) {
      if (this.#hasEnded) {
        throw new Error('no more writes are sent');
      }
      await this.#next.promise;
    }
  }

  /** There will be no more. */
  end(): void {
    this.#hasEnded = true;
    this.#next.resolve(undefined);
  }

  #acknowledge(answer: string): unknown {
    this.#count += 1;
    const { resolve } = this.#next;
    this.#next = Promise.withResolvers();
    resolve(undefined);
    return answer === '' ? {} : JSON.parse(answer);
  }
}

/** One write after the other, numbered, until the signal is aborted; the one under way then is finished. */
export async function keepWriting(write: (index: number) => Promise<void>, signal: AbortSignal): Promise<void> {
  for (let index = 0; !signal.aborted; index += 1) {
    await write(index);
    await systemClock.sleep(PAUSE_MS, signal).catch(() => undefined); // only the signal ends a sleep early
  }
}
