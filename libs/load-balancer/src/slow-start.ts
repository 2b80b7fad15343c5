import { requireNumber, requireOptions, requireType } from './validation.ts';

export interface SlowStartOptions {
  /** How long an endpoint warms up: milliseconds from 1000 to 86400000. */
  readonly windowMs: number;
  /** Share of its weight with which it begins: from 0.01 to 1. @default 0.1, as Envoy has it */
  readonly minimumShare?: number | undefined;
  /** 1: its share grows by the time; above, faster at first; below, more slowly at first. From 0.1 to 10. @default 1 */
  readonly aggression?: number | undefined;
}

const DEFAULTS = { minimumShare: 0.1, aggression: 1 } satisfies Omit<Required<SlowStartOptions>, 'windowMs'>;

const LEAST_MS = 1_000;
/** How often the weights of a set are reckoned anew within a window. */
const STEPS = 100;

/** How much of its weight an endpoint has that began a while ago. */
export class SlowStart {
  readonly windowMs: number;
  readonly #minimumShare: number;
  readonly #aggression: number;

  /** Throws a RangeError for an option that can't be. */
  constructor(options: SlowStartOptions) {
    requireType('LoadBalancer slowStart', options, 'object');
    requireOptions('LoadBalancer slowStart', options, ['windowMs', ...Object.keys(DEFAULTS)]);
    const { windowMs, minimumShare = DEFAULTS.minimumShare, aggression = DEFAULTS.aggression } = options;
    requireNumber('LoadBalancer slowStart.windowMs', windowMs, { from: LEAST_MS, to: 86_400_000 });
    requireNumber('LoadBalancer slowStart.minimumShare', minimumShare, { from: 0.01, to: 1 });
    requireNumber('LoadBalancer slowStart.aggression', aggression, { from: 0.1, to: 10 });
    this.windowMs = windowMs;
    this.#minimumShare = minimumShare;
    this.#aggression = aggression;
  }

  get stepMs(): number {
    return this.windowMs / STEPS;
  }

  /** Envoy's formula (Slow start mode): max(minimum, (max(1 s, age) / window) ^ (1 / aggression)), at most 1. */
  shareAt(ageMs: number): number {
    const progress = Math.min(1, Math.max(LEAST_MS, ageMs) / this.windowMs);
    return Math.max(this.#minimumShare, progress ** (1 / this.#aggression));
  }
}
