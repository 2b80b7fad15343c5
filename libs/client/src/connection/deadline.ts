import type { Clock } from '@signalbox/clock';

import { DeadlineExceededError } from '../errors.ts';

export interface Deadline extends Disposable {
  /** Aborted with a DeadlineExceededError when the time is over, or with the outer signal's reason. */
  readonly signal: AbortSignal;
}

/** Gives up after `ms` milliseconds, or when `outer` does. Disposing it forgets both; with Infinity and `outer` there is nothing to forget. */
export function startDeadline(clock: Clock, ms: number, outer?: AbortSignal): Deadline {
  if (ms === Infinity && outer !== undefined) {
    return { signal: outer, [Symbol.dispose]: () => undefined };
  }
  const over = new AbortController();
  const forget = new AbortController();
  const giveUp = () => {
    over.abort(outer?.reason);
  };
  if (outer?.aborted) {
    giveUp();
  }
  outer?.addEventListener('abort', giveUp, { once: true, signal: forget.signal });
  if (Number.isFinite(ms)) {
    clock.sleep(ms, forget.signal).then(
      () => {
        over.abort(new DeadlineExceededError(ms));
        forget.abort();
      },
      () => undefined, // forgotten before the time was over
    );
  }
  return {
    signal: over.signal,
    [Symbol.dispose]: () => {
      forget.abort();
    },
  };
}
