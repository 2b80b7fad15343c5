import { requireFunction, requireOptions, requireSignal, requireType } from './validation.ts';

export interface ExecuteOptions<T> {
  /**
   * Rejects with its reason as soon as it is aborted, and the call counts for nothing: the caller gave up. With a reason named
   * TimeoutError, as that of AbortSignal.timeout, it counts as a failure. It is for the caller to hand it to the call too.
   */
  readonly signal?: AbortSignal | undefined;
  /** Answers in place of a refusal or a rejection, except when the caller gave up; what it is not for, it throws again. */
  readonly fallback?: ((error: unknown) => PromiseLike<T> | T) | undefined;
}

/** Throws a TypeError for what can't be. */
export function requireExecuteOptions<T>(options: ExecuteOptions<T> | undefined): void {
  if (options === undefined) {
    return;
  }
  requireType('CircuitBreaker execute options', options, 'object');
  requireOptions('CircuitBreaker execute', options, ['signal', 'fallback']);
  const { signal, fallback } = options;
  if (signal !== undefined) {
    requireSignal('CircuitBreaker execute signal', signal);
  }
  if (fallback !== undefined) {
    requireFunction('CircuitBreaker execute fallback', fallback);
  }
}
