/** How many endpoints a level has. */
export interface LevelHealth {
  readonly available: number;
  readonly heldBack: number;
  readonly unreachable: number;
}

export interface LevelLoad {
  /** Share of all choices, from 0 to 1. */
  readonly share: number;
  /** Whether those that are held back are chosen too. */
  readonly isPanicking: boolean;
}

export interface SpillOverRule {
  /** How much more than their part the available endpoints of a level can take. */
  readonly overprovisioning: number;
  /** Share of available endpoints below which a level panics; 0 for never. */
  readonly panicThreshold: number;
}

/**
 * What each level gets, the most preferred first, by Envoy's formula (Priority levels, Degraded endpoints, Panic threshold): a level can take
 * min(1, overprovisioning * its available share), and what it can't goes to the next. Where all together can't take everything, what they
 * take is scaled up, and those with less than the threshold available panic; where all panic, each gets its part by its endpoints. What
 * is unreachable counts as capacity that is gone, and not for panic: that would not bring it back.
 */
export function spillOver(levels: readonly LevelHealth[], rule: SpillOverRule): readonly LevelLoad[] {
  const capacities = levels.map((level) => capacityOf(level, rule));
  const total = Math.min(1, sumOf(capacities));
  const isShort = total < 1;
  const panicking = levels.map((level) => isShort && panics(level, rule));
  if (levels.every((level, i) => reachable(level) === 0 || panicking[i] === true)) {
    const all = sumOf(levels.map(reachable));
    return levels.map((level) => ({
      share: all === 0 ? 0 : reachable(level) / all,
      isPanicking: reachable(level) > 0,
    }));
  }
  let left = total;
  return capacities.map((capacity, i) => {
    const taken = Math.min(left, capacity);
    left -= taken;
    return { share: total === 0 ? 0 : taken / total, isPanicking: panicking[i] === true };
  });
}

function capacityOf(level: LevelHealth, { overprovisioning }: SpillOverRule): number {
  const all = reachable(level) + level.unreachable;
  return all === 0 ? 0 : Math.min(1, (overprovisioning * level.available) / all);
}

function panics(level: LevelHealth, { panicThreshold }: SpillOverRule): boolean {
  return level.available < panicThreshold * reachable(level);
}

function reachable({ available, heldBack }: LevelHealth): number {
  return available + heldBack;
}

function sumOf(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0);
}
