import type { FailureModeRow } from './failure-mode.ts';

const BEGIN = '<!-- written by npm run failure-modes -->';
const END = '<!-- end -->';
const COLUMNS = ['scenario', 'what is done', 'what is promised', 'requests', 'failed', 'allowed', 'seen'];
/** Of the columns, those that a test states and does not measure. */
const STATED = [0, 1, 2, 5];

/** The document with these rows between its markers: with `isWhole` alone, otherwise in place of those of the same scenarios. */
export function withRows(
  document: string,
  rows: readonly FailureModeRow[],
  { heading, isWhole }: { heading: string; isWhole: boolean },
): string {
  const [before, table, after] = parts(document);
  const known = isWhole ? [] : readTable(table);
  const cells = new Map([...known, ...rows.map(cellsOf)].map((row) => [row[0], row]));
  return `${before}${BEGIN}\n\n${heading}\n\n${toTable([...cells.values()])}\n\n${END}${after}`;
}

/**
 * Where the document does not say what the tests do; nothing where it does. What was measured is not compared.
 * With `isWhole`, the rows are those of all tests, and a scenario without a test is told too.
 */
export function disagreements(
  document: string,
  rows: readonly FailureModeRow[],
  { isWhole }: { isWhole: boolean },
): readonly string[] {
  const [, table] = parts(document);
  const documented = new Set(readTable(table).map(stated));
  const tested = new Set(rows.map(cellsOf).map(stated));
  return [
    ...[...tested].filter((row) => !documented.has(row)).map((row) => `tested but not documented: ${row}`),
    ...[...documented].filter((row) => isWhole && !tested.has(row)).map((row) => `documented but not tested: ${row}`),
  ];
}

function parts(document: string): readonly [before: string, between: string, after: string] {
  const begin = document.indexOf(BEGIN);
  const end = document.indexOf(END);
  if (begin === -1 || end < begin) {
    throw new RangeError(`the document has no "${BEGIN}" followed by "${END}"`);
  }
  return [document.slice(0, begin), document.slice(begin + BEGIN.length, end), document.slice(end + END.length)];
}

function cellsOf({ scenario, action, promise, allowedFailed, measured }: FailureModeRow): readonly string[] {
  const { requests = '', failed = '', note = '' } = measured ?? {};
  return [scenario, action, promise, requests, failed, allowedFailed, note].map((cell) =>
    String(cell).replaceAll('|', '\\|'),
  );
}

function stated(cells: readonly string[]): string {
  return STATED.map((column) => cells[column]).join(' | ');
}

function readTable(text: string): readonly (readonly string[])[] {
  const lines = text.split('\n').filter((line) => line.startsWith('|'));
  return lines.slice(2).map((line) =>
    line
      .split(/(?<!\\)\|/)
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

/** Aligned as prettier does. */
function toTable(rows: readonly (readonly string[])[]): string {
  const all = [COLUMNS, ...rows];
  const widths = COLUMNS.map((_, column) => Math.max(3, ...all.map((cells) => (cells[column] ?? '').length)));
  const toLine = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  return [toLine(COLUMNS), toLine(widths.map((width) => '-'.repeat(width))), ...rows.map(toLine)].join('\n');
}
