/** One side of a comparison: a run answers its figure, or its figures, for one round. */
export interface Contender<Figure = number> {
  readonly name: string;
  readonly run: () => Promise<Figure> | Figure;
}

export interface RoundOptions {
  /** How many rounds count. */
  readonly rounds: number;
  /** Rounds before them that are thrown away: compilation, connections, caches. Default 1. */
  readonly warmUps?: number;
}

/**
 * Runs the contenders in turn, round after round, so that a slow minute of the machine meets all of them. Each round begins with
 * another contender. Answers every contender's figures by name, in the order of the rounds.
 */
export async function interleave<Figure>(
  contenders: readonly Contender<Figure>[],
  options: RoundOptions,
): Promise<ReadonlyMap<string, readonly Figure[]>> {
  const figures = new Map(contenders.map(({ name }) => [name, [] as Figure[]]));
  const warmUps = options.warmUps ?? 1;
  for (let round = -warmUps; round < options.rounds; round += 1) {
    for (const contender of rotated(contenders, round + warmUps)) {
      const value = await contender.run();
      if (round >= 0) {
        figures.get(contender.name)?.push(value);
      }
    }
  }
  return figures;
}

function rotated<T>(items: readonly T[], by: number): readonly T[] {
  const first = by % Math.max(items.length, 1);
  return [...items.slice(first), ...items.slice(0, first)];
}
