import { median } from './statistics.ts';

/** One figure of a suite over its rounds. */
export interface Row {
  readonly name: string;
  readonly unit: string;
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

/** What a suite found. A ratio is named `<ours>_vs_<peer>`; below 1 is better than the peer. */
export interface Report {
  readonly suite: string;
  readonly rows: readonly Row[];
  readonly ratios: Readonly<Record<string, number>>;
  /** What a reader must know: peers left out, limits of this machine. */
  readonly remarks?: readonly string[];
}

/** Throws a RangeError without samples. */
export function summarise(name: string, unit: string, samples: readonly number[]): Row {
  return { name, unit, median: median(samples), min: Math.min(...samples), max: Math.max(...samples) };
}

/** The median of the ratios round by round: what slows a whole round down slows both, and cancels out. */
export function pairedRatio(ours: readonly number[], theirs: readonly number[]): number {
  if (ours.length !== theirs.length) {
    throw new RangeError(`rounds: must be as many on both sides, not ${ours.length} and ${theirs.length}`);
  }
  return median(ours.map((value, round) => value / (theirs[round] ?? Number.NaN)));
}

/** The report as a table for a terminal. */
export function renderReport(report: Report): string {
  const table = [
    ['', 'median', 'min', 'max', 'unit'],
    ...report.rows.map((row) => [row.name, figure(row.median), figure(row.min), figure(row.max), row.unit]),
  ];
  const ratios = Object.entries(report.ratios).map(([name, value]) => [name, value.toFixed(3)]);
  return [`suite ${report.suite}`, ...aligned(table), '', ...aligned(ratios), ...(report.remarks ?? []), ''].join('\n');
}

const SIGNIFICANT_DIGITS = 4;

function figure(value: number): string {
  return Math.abs(value) >= 10 ** SIGNIFICANT_DIGITS
    ? Math.round(value).toString()
    : Number(value.toPrecision(SIGNIFICANT_DIGITS)).toString();
}

function aligned(table: readonly (readonly string[])[]): string[] {
  const widths = (table[0] ?? []).map((_, column) => Math.max(...table.map((cells) => cells[column]?.length ?? 0)));
  return table.map((cells) =>
    cells
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join('  '),
  );
}
