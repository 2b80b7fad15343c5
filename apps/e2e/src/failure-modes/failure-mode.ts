import { platform } from 'node:os';
import { expect, it } from 'vitest';

/** What a test of a failure claims: the row of docs/failure-modes.md that stays the same from run to run. */
export interface FailureMode {
  readonly scenario: string;
  /** What is done to the platform. */
  readonly action: string;
  readonly promise: string;
  /** How many requests may fail against the promise. */
  readonly allowedFailed: number;
  /** The only system that has what it takes to bring the failure about. @default any */
  readonly onlyOn?: NodeJS.Platform;
}

/** What one run found: the rest of the row. */
export interface Measurement {
  readonly requests: number;
  /** Against the promise: an answer that is promised, a 503 too, is no failure. */
  readonly failed: number;
  /** Why, for the message of a test that fails. */
  readonly reasons: readonly string[];
  /** What else is worth knowing, such as the time of a recovery. */
  readonly note: string;
}

export interface FailureModeRow extends FailureMode {
  /** Undefined where the test failed before it had counted. */
  readonly measured?: Omit<Measurement, 'reasons'>;
}

declare module 'vitest' {
  interface TaskMeta {
    failureMode?: FailureModeRow;
  }
}

const DEFAULT_TIMEOUT_MS = 60_000;

/** A test whose row stands in docs/failure-modes.md. It fails where more requests failed than allowed. */
export function failureMode(mode: FailureMode, run: () => Promise<Measurement>, timeoutMs = DEFAULT_TIMEOUT_MS): void {
  it.skipIf((mode.onlyOn ?? platform()) !== platform())(
    `${mode.scenario}: ${mode.promise}`,
    { timeout: timeoutMs },
    async ({ task }) => {
      task.meta.failureMode = mode;
      const { requests, failed, reasons, note } = await run();
      task.meta.failureMode = { ...mode, measured: { requests, failed, note } };
      expect(requests).toBeGreaterThan(0);
      expect(failed, reasons.join('\n')).toBeLessThanOrEqual(mode.allowedFailed);
    },
  );
}
