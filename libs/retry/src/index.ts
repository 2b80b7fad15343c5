export { type Backoff, type BackoffOptions, decorrelatedBackoff, exponentialBackoff } from './backoff.ts';
export { RetryDeadlineError } from './errors.ts';
export { isIdempotentMethod } from './idempotent-method.ts';
export { parseRetryAfter } from './retry-after.ts';
export { RetryBudget, type RetryBudgetOptions } from './retry-budget.ts';
export type { RetryClock, RetryOptions } from './retry-options.ts';
export { type Attempt, type RetryCallOptions, RetryPolicy } from './retry-policy.ts';
export { judgeError, judgeResponse, type RetryVerdict } from './verdict.ts';
