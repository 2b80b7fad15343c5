/** Who is told how a call ended, by functions for `then`. */
export interface CallObserver {
  /** Answers the result. */
  readonly fulfilled: <T>(result: T) => T;
  readonly rejected: (error: unknown) => void;
  /** Like `rejected`, and throws the error again. */
  readonly rejectedOn: (error: unknown) => never;
}

/** Calls; a call that throws is one that rejects, and what is merely thenable is waited on once. */
export function begin<T>(call: () => PromiseLike<T>): Promise<T> {
  try {
    return Promise.resolve(call());
  } catch (error) {
    // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- what was thrown is handed on, whatever it is
    return Promise.reject(error);
  }
}

/**
 * What the answer resolves or rejects with, once the observer has been told. The cheaper way where the answer resolves, and the only
 * one on which V8 finds the functions that await it, for the stack of an error: each promise on the way must have a single reaction.
 */
export function tellInPassing<T>(observer: CallObserver, answer: Promise<T>): Promise<T> {
  return answer.then(observer.fulfilled, observer.rejectedOn);
}

/**
 * The same, by two reactions. The cheaper way where the answer rejects: the second `then` hands a rejection on without running code, and
 * throwing it again would cost more than everything else here (tools/bench, suite circuit-breaker). The answer itself must not
 * be returned: it counts as handled, so that nobody would hear of a rejection which the caller forgot.
 */
export function tellApart<T>(observer: CallObserver, answer: Promise<T>): Promise<T> {
  void answer.then(observer.fulfilled, observer.rejected);
  return answer.then();
}

/** The same, but no longer than until the signal is aborted; a call that goes on then is heard no more. */
export function tellUntilAborted<T>(
  permit: CallObserver & { cancelled(): void },
  answer: Promise<T>,
  signal: AbortSignal,
): Promise<T> {
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  const stop = () => {
    if (hasCallerGivenUp(signal)) {
      permit.cancelled();
      reject(signal.reason);
      return;
    }
    try {
      permit.rejectedOn(signal.reason);
    } catch (error) {
      reject(error); // the reason, or what judging it threw
    }
  };
  if (signal.aborted) {
    stop();
  } else {
    signal.addEventListener('abort', stop, { once: true });
  }
  void tellInPassing(permit, answer)
    .finally(() => {
      signal.removeEventListener('abort', stop);
    })
    .then(resolve, reject);
  return promise;
}

/** Whether it was aborted for another reason than that the other side took too long (AbortSignal.timeout, DOM Standard). */
export function hasCallerGivenUp(signal: AbortSignal): boolean {
  return signal.aborted && !(signal.reason instanceof Error && signal.reason.name === 'TimeoutError');
}
