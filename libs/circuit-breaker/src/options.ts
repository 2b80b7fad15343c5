import type { RecoveryTimeout } from './recovery-timeout.ts';
import type { ConsecutiveFailures, RateOverCalls, RateOverTime } from './trip-options.ts';
import type { Verdict } from './verdict.ts';

export interface CircuitBreakerOptions {
  /** Names the breaker in errors, snapshots and metrics. @default 'circuit' */
  readonly name?: string;
  /** What opens the circuit. @default 5 consecutive failures */
  readonly trip?: ConsecutiveFailures | RateOverCalls | RateOverTime;
  /** Milliseconds from opening to the first probe: above 0, constant or growing. @default 60000 */
  readonly recoveryTimeoutMs?: number | RecoveryTimeout;
  /** Calls let through to find out whether the other side has recovered: an integer from 1 to 1000000. @default 1 */
  readonly halfOpenPermits?: number;
  /**
   * What a rejection says of the other side. Asked once per rejection; where it throws or answers no verdict, the call has failed, and the caller
   * hears of that error. @default always a failure
   */
  readonly judgeError?: (error: unknown) => Verdict;
  /**
   * What a result says of the other side; it is handed on whatever that is. Asked once per result; where it throws or answers no verdict, as
   * `judgeError`. @default always a success
   */
  readonly judgeResult?: (result: unknown) => Verdict;
  /**
   * Whether each refusal is an error of its own with a stack, and the stacks of errors go on beyond `execute` to the functions that
   * await it. Off, all refusals of one open period share one error without a stack; on, a refusal or a failure costs several times as much.
   * @default false
   */
  readonly stackTraces?: boolean;
  /**
   * Milliseconds since the Unix epoch. Where the clock is set back, time goes on from where it was; where it answers no finite number, time
   * stands still. @default the process's monotonic clock
   */
  readonly now?: () => number;
}

/** A judge is undefined where there is nothing to ask. */
export type CircuitBreakerSettings = Required<Omit<CircuitBreakerOptions, Judge>> & {
  readonly [Option in Judge]: CircuitBreakerOptions[Option] | undefined;
};

type Judge = 'judgeError' | 'judgeResult';
