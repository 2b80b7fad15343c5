export type { CallPermit } from './call-permit.ts';
export { CircuitBreaker, type CircuitSnapshot, type CircuitState, type StateChange } from './circuit-breaker.ts';
export { CircuitBreakerOpenError } from './errors.ts';
export type { CircuitBreakerOptions } from './options.ts';
export type { ConsecutiveFailures, FailureRate } from './trip.ts';
