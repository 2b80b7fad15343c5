import { type Report } from '../report.ts';

/** Measures in under a minute, and leaves no process behind, also when it throws. */
export type Suite = () => Promise<Report>;

/** By the name on the command line; a suite is loaded only when it is asked for. */
export const SUITES: Readonly<Record<string, () => Promise<Suite>>> = {
  'circuit-breaker': async () => (await import('./circuit-breaker.ts')).circuitBreakerSuite,
  'config-read': async () => (await import('./config/config-read.ts')).configRead,
  'config-fanout': async () => (await import('./config/config-fanout.ts')).configFanout,
  gateway: async () => (await import('./gateway.ts')).gatewaySuite,
  registry: async () => (await import('./registry.ts')).registrySuite,
};
