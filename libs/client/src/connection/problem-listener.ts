import type { SignalboxError } from '../errors.ts';

/**
 * Told of what went wrong in the background, where there is no caller to throw to. The client goes on by itself.
 * An outage is told once, at its begin. What the listener throws is an uncaught exception of the process.
 */
export type ProblemListener = (problem: SignalboxError) => void;

/** Calls the listener on its own, so that what it throws breaks no loop of the client; not once the client is closed. */
export function toReporter(listener: ProblemListener | undefined, closed: AbortSignal): ProblemListener {
  return (problem) => {
    if (listener !== undefined && !closed.aborted) {
      queueMicrotask(() => {
        listener(problem);
      });
    }
  };
}
