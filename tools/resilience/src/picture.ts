import type { Figures } from './figures.ts';

const ROW = { height: 46, top: 84, labelX: 20 };
const BAR = { height: 15, gap: 2 };
/** Where each panel begins, how long its longest bar is. */
const FAILED = { x: 150, length: 250 };
const WAITED = { x: 510, length: 280 };
const WIDTH = 880;
const BOTTOM = 26;

const COLOURS = {
  failed: '#b3261e',
  p90: '#0b6e4f',
  p99: '#d08700',
  text: '#1c2421',
  faint: '#52605b',
  rule: '#dfe6e3',
};

interface Bar {
  readonly x: number;
  readonly y: number;
  readonly length: number;
  readonly colour: string;
  readonly label: string;
}

/** An SVG of two panels: how many calls failed, and how long callers waited, one row for each policy. */
export function renderPicture(policies: readonly Figures[]): string {
  const height = ROW.top + ROW.height * policies.length + BOTTOM;
  const failedScale = FAILED.length / Math.max(1, ...policies.map(({ failedPercent }) => failedPercent));
  const waitedScale = WAITED.length / Math.max(1, ...policies.map(({ p99Ms }) => p99Ms));
  const rows = policies.map((figures, place) => renderRow(figures, { place, failedScale, waitedScale }));
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img" font-family="system-ui, sans-serif" font-size="13">
<title>Failed calls, and how long callers waited, with and without each policy</title>
<rect width="${WIDTH}" height="${height}" fill="#fff"/>
${renderHead()}
${rows.join('\n')}
</svg>
`;
}

function renderHead(): string {
  const waitedAt = (x: number) => WAITED.x + x;
  return [
    renderText({ x: ROW.labelX, y: 56, text: 'policy', weight: 'bold' }),
    renderText({ x: FAILED.x, y: 56, text: 'failed calls', weight: 'bold' }),
    renderText({ x: WAITED.x, y: 56, text: 'callers waited at most', weight: 'bold' }),
    `<rect x="${waitedAt(0)}" y="17" width="10" height="10" fill="${COLOURS.p90}"/>`,
    renderText({ x: waitedAt(14), y: 26, text: 'nine of ten' }),
    `<rect x="${waitedAt(100)}" y="17" width="10" height="10" fill="${COLOURS.p99}"/>`,
    renderText({ x: waitedAt(114), y: 26, text: '99 of 100' }),
    renderText({ x: ROW.labelX, y: 26, text: 'Four instances, one that resets every connection and one that is slow' }),
  ].join('\n');
}

interface Place {
  readonly place: number;
  readonly failedScale: number;
  readonly waitedScale: number;
}

function renderRow({ name, failedPercent, p90Ms, p99Ms }: Figures, { place, failedScale, waitedScale }: Place): string {
  const y = ROW.top + place * ROW.height;
  const middle = y + BAR.height + BAR.gap / 2;
  const bars: readonly Bar[] = [
    {
      x: FAILED.x,
      y: middle - BAR.height / 2,
      length: failedPercent * failedScale,
      colour: COLOURS.failed,
      label: `${failedPercent} %`,
    },
    { x: WAITED.x, y, length: p90Ms * waitedScale, colour: COLOURS.p90, label: `${p90Ms} ms` },
    {
      x: WAITED.x,
      y: y + BAR.height + BAR.gap,
      length: p99Ms * waitedScale,
      colour: COLOURS.p99,
      label: `${p99Ms} ms`,
    },
  ];
  return [
    `<line x1="${ROW.labelX}" x2="${WIDTH - ROW.labelX}" y1="${y - 7}" y2="${y - 7}" stroke="${COLOURS.rule}"/>`,
    renderText({ x: ROW.labelX, y: middle + 5, text: name, weight: 'bold' }),
    ...bars.map(renderBar),
  ].join('\n');
}

function renderBar({ x, y, length, colour, label }: Bar): string {
  const width = Math.round(10 * length) / 10;
  const bar = `<rect x="${x}" y="${y}" width="${width}" height="${BAR.height}" fill="${colour}"/>`;
  return `${bar}\n${renderText({ x: Math.round(x + width + 6), y: y + 12, text: label })}`;
}

interface Text {
  readonly x: number;
  readonly y: number;
  readonly text: string;
  readonly weight?: 'bold';
}

function renderText({ x, y, text, weight }: Text): string {
  const style = weight === undefined ? `fill="${COLOURS.faint}"` : `fill="${COLOURS.text}" font-weight="600"`;
  return `<text x="${x}" y="${y}" ${style}>${text}</text>`;
}
