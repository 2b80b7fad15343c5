import type { Availability, Endpoint } from './endpoint.ts';
import type { LoadBalancerSettings } from './options.ts';

import { levelOf, LEVELS } from './locality.ts';
import { type LevelLoad, spillOver } from './spill-over.ts';
import { requireNumber, requireType, shown } from './validation.ts';

/** The level of endpoints without a weight, which are asked last. */
export const WEIGHTLESS = LEVELS;

/** What is known of a set, for as long as it holds. */
export interface Plan {
  /** Groups that are chosen among, the most preferred first. */
  readonly groups: readonly PlannedGroup[];
  /** Shares of the groups, each with those before it. */
  readonly sums: Float64Array;
  readonly isPanicking: boolean;
  /** When weights are to be reckoned anew, as something warms up; Infinity for never. */
  readonly staleAt: number;
}

export interface PlannedGroup {
  readonly level: number;
  /** Index of each endpoint in the set: at least one. */
  readonly places: readonly number[];
  /** Above zero, one for each place. */
  readonly weights: readonly number[];
}

export type PlanSettings = Omit<LoadBalancerSettings<Endpoint>, 'policy' | 'random'> & {
  readonly heedsWeights: boolean;
};

/** Throws a RangeError or TypeError for an endpoint that can't be. */
export function planOf(endpoints: readonly Endpoint[], settings: PlanSettings): Plan {
  const levels = toLevels(endpoints, settings);
  const loads = toLoads(levels, settings);
  const weighing = new Weighing(settings);
  const groups: PlannedGroup[] = [];
  const sums: number[] = [];
  levels.forEach(({ members }, level) => {
    const isPanicking = loads[level]?.isPanicking === true;
    const chosenAmong = members.filter(({ endpoint }) => isChosen(endpoint, isPanicking));
    if (chosenAmong.length > 0) {
      const weights = chosenAmong.map(({ endpoint }) => weighing.weightOf(endpoint));
      groups.push({ level, places: chosenAmong.map(({ place }) => place), weights });
      sums.push((sums.at(-1) ?? 0) + (loads[level]?.share ?? 0));
    }
  });
  return {
    groups,
    sums: Float64Array.from(sums),
    isPanicking: loads.some(({ isPanicking }) => isPanicking),
    staleAt: weighing.staleAt,
  };
}

interface Member {
  readonly endpoint: Endpoint;
  readonly place: number;
}

class Level {
  readonly members: Member[] = [];
  available = 0;
  heldBack = 0;
  unreachable = 0;

  add(member: Member): void {
    this.members.push(member);
    const { availability = 'available' } = member.endpoint;
    this.available += Number(availability === 'available');
    this.heldBack += Number(availability === 'held-back');
    this.unreachable += Number(availability === 'unreachable');
  }
}

function toLevels(endpoints: readonly Endpoint[], { locality }: PlanSettings): readonly Level[] {
  const levels = Array.from({ length: LEVELS + 1 }, () => new Level());
  const areAllWeightless = endpoints.every(({ weight }) => weight === 0);
  endpoints.forEach((endpoint, place) => {
    requireEndpoint(endpoint);
    const level = endpoint.weight > 0 || areAllWeightless ? levelOf(endpoint, locality) : WEIGHTLESS;
    levels[level]?.add({ endpoint, place });
  });
  return levels;
}

/** Endpoints without a weight get no share and are no capacity: they panic by themselves, once all others panic or can't be reached. */
function toLoads(levels: readonly Level[], settings: PlanSettings): readonly LevelLoad[] {
  const weighted = levels.slice(0, WEIGHTLESS);
  const loads = spillOver(weighted, settings);
  const isNothingElseLeft = weighted.every(
    ({ available, heldBack }, i) => available + heldBack === 0 || loads[i]?.isPanicking === true,
  );
  const ofReserve = spillOver(levels.slice(WEIGHTLESS), settings);
  return [
    ...loads,
    ...ofReserve.map(({ isPanicking }) => ({ share: 0, isPanicking: isPanicking && isNothingElseLeft })),
  ];
}

const AVAILABILITIES: readonly Availability[] = ['available', 'held-back', 'unreachable'];

/** What is no number would make the weights of all others none as well. */
function requireEndpoint({ id, weight, availability = 'available', warmingSince = 0 }: Endpoint): void {
  requireType('endpoint id', id, 'string');
  if (!AVAILABILITIES.includes(availability)) {
    throw new TypeError(
      `endpoint "${id}" availability: must be one of ${AVAILABILITIES.join(', ')}, not ${shown(availability)}`,
    );
  }
  requireNumber(`endpoint "${id}" weight`, weight, { from: 0, to: Number.MAX_SAFE_INTEGER });
  requireType(`endpoint "${id}" warmingSince`, warmingSince, 'number');
  if (!Number.isFinite(warmingSince)) {
    throw new RangeError(`endpoint "${id}" warmingSince: must be a finite number of milliseconds, not ${warmingSince}`);
  }
}

function isChosen({ availability = 'available' }: Endpoint, isPanicking: boolean): boolean {
  return availability === 'available' || (isPanicking && availability === 'held-back');
}

/** Reckons weights at one moment, and when they will be others. */
class Weighing {
  readonly #settings: PlanSettings;
  readonly #now: number;
  staleAt = Infinity;

  constructor(settings: PlanSettings) {
    this.#settings = settings;
    this.#now = settings.slowStart === undefined ? 0 : settings.now();
  }

  weightOf({ weight, warmingSince }: Endpoint): number {
    const { heedsWeights, slowStart } = this.#settings;
    const whole = heedsWeights && weight > 0 ? weight : 1;
    if (slowStart === undefined || warmingSince === undefined) {
      return whole;
    }
    const ageMs = this.#now - warmingSince;
    if (!Number.isFinite(ageMs)) {
      this.staleAt = -Infinity; // until the clock says what time it is
      return whole;
    }
    if (ageMs < slowStart.windowMs) {
      this.staleAt = this.#now + slowStart.stepMs;
    }
    return whole * slowStart.shareAt(ageMs);
  }
}
