const MOST_NAMES = 3;
/** What is shorter is in too many names to tell anything. */
const SHORTEST_FORM = 3;

/**
 * A few of the candidates that someone who wrote the name may have meant, nearest first: a slip of the fingers away,
 * or a shorter or longer form (`prod`, `production`).
 */
export function closest(name: string, candidates: Iterable<string>): readonly string[] {
  const wanted = name.toLowerCase();
  const reach = Math.max(1, Math.floor(wanted.length / 3));
  return [...candidates]
    .map((candidate) => ({ candidate, distance: distanceTo(wanted, candidate.toLowerCase()) }))
    .filter(({ distance }) => distance <= reach)
    .toSorted((a, b) => a.distance - b.distance || (a.candidate < b.candidate ? -1 : 1))
    .slice(0, MOST_NAMES)
    .map(({ candidate }) => candidate);
}

function distanceTo(wanted: string, candidate: string): number {
  const [short = '', long = ''] = [wanted, candidate].toSorted((a, b) => a.length - b.length);
  const isOtherForm = short.length >= SHORTEST_FORM && long.includes(short) && short !== long;
  return isOtherForm ? 1 : editDistance(wanted, candidate);
}

/** Insertions, deletions, replacements and swaps of neighbours (optimal string alignment). */
function editDistance(from: string, to: string): number {
  let twoAbove: readonly number[] = [];
  let above: readonly number[] = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let row = 1; row <= from.length; row++) {
    const current = [row];
    for (let column = 1; column <= to.length; column++) {
      current.push(cell({ from, to, row, column }, { current, above, twoAbove }));
    }
    [twoAbove, above] = [above, current];
  }
  return above[to.length] ?? 0;
}

interface Cell {
  readonly from: string;
  readonly to: string;
  readonly row: number;
  readonly column: number;
}

interface Rows {
  readonly current: readonly number[];
  readonly above: readonly number[];
  readonly twoAbove: readonly number[];
}

function cell({ from, to, row, column }: Cell, { current, above, twoAbove }: Rows): number {
  const isSame = from[row - 1] === to[column - 1];
  const isSwapped = from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1];
  return Math.min(
    (current[column - 1] ?? Infinity) + 1,
    (above[column] ?? Infinity) + 1,
    (above[column - 1] ?? Infinity) + (isSame ? 0 : 1),
    isSwapped ? (twoAbove[column - 2] ?? Infinity) + 1 : Infinity,
  );
}
