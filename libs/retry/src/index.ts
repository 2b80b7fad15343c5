export { exponentialBackoff, type ExponentialBackoffOptions } from './exponential-backoff.ts';
