import { skippedLine, type SuiteKind, suitesOf } from './suites.ts';

export interface SkippedSuites {
  readonly kind: SuiteKind;
  readonly filters: readonly string[];
  /** Why nothing can run here. */
  readonly reason: string;
}

/** Says in one line what did not run, and returns the exit code: 0, or 1 where containers are required. */
export function tellSkipped({ kind, filters, reason }: SkippedSuites): number {
  const isRequired = process.env['SIGNALBOX_REQUIRE_CONTAINERS'] === '1';
  const stream = isRequired ? process.stderr : process.stdout;
  stream.write(`${skippedLine(reason, kind, suitesOf(kind, filters))}\n`);
  return isRequired ? 1 : 0;
}
