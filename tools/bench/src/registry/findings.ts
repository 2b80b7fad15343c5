import type { Row } from '../report.ts';

/** What one phase of a suite adds to its report. */
export interface Findings {
  readonly rows: readonly Row[];
  readonly ratios: Readonly<Record<string, number>>;
}
