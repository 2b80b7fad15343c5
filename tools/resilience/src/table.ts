import type { Figures } from './figures.ts';

/** Where nobody counted the requests. */
const UNKNOWN = '–';

const COLUMNS: readonly { readonly head: string; readonly cell: (figures: Figures) => string }[] = [
  { head: 'policy', cell: ({ name }) => name },
  { head: 'failed', cell: ({ failed, calls, failedPercent }) => `${failed} of ${calls} (${failedPercent} %)` },
  { head: 'nine of ten waited at most', cell: ({ p90Ms }) => `${p90Ms} ms` },
  { head: '99 of 100', cell: ({ p99Ms }) => `${p99Ms} ms` },
  { head: 'requests per call', cell: ({ requests }) => (requests === undefined ? UNKNOWN : String(requests.perCall)) },
  {
    head: 'of these to the failing',
    cell: ({ requests }) => (requests === undefined ? UNKNOWN : `${requests.toFailingPercent} %`),
  },
  { head: 'to the slow', cell: ({ requests }) => (requests === undefined ? UNKNOWN : `${requests.toSlowPercent} %`) },
];

/** In Markdown, aligned as prettier does. */
export function renderTable(policies: readonly Figures[]): string {
  const rows = [
    COLUMNS.map(({ head }) => head),
    ...policies.map((figures) => COLUMNS.map(({ cell }) => cell(figures))),
  ];
  const widths = COLUMNS.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  const [head = [], ...body] = rows;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...body.map(line)].join('\n');
}
