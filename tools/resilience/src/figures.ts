import type { Instance } from './fleet.ts';
import type { Outcome } from './open-loop.ts';

/** What was seen of one policy. */
export interface Figures {
  readonly name: string;
  readonly calls: number;
  readonly failed: number;
  readonly failedPercent: number;
  /** Of all calls, those that failed too: how long callers waited. */
  readonly p90Ms: number;
  readonly p99Ms: number;
  /** None where nobody counted the requests that were sent. */
  readonly requests?: RequestFigures;
}

export interface RequestFigures {
  /** Above 1 where some were sent again. */
  readonly perCall: number;
  /** Shares of the requests, in percent. */
  readonly toFailingPercent: number;
  readonly toSlowPercent: number;
}

export interface Run {
  readonly name: string;
  readonly outcomes: readonly Outcome[];
  /** Requests sent, by the id of the instance. */
  readonly attempts: ReadonlyMap<string, number> | undefined;
}

export function toFigures({ name, outcomes, attempts }: Run): Figures {
  const failed = outcomes.filter((outcome) => outcome.failed).length;
  const waits = outcomes.map(({ tookMs }) => tookMs);
  return {
    name,
    calls: outcomes.length,
    failed,
    failedPercent: percent(failed, outcomes.length),
    p90Ms: Math.round(quantile(waits, 0.9)),
    p99Ms: Math.round(quantile(waits, 0.99)),
    ...(attempts !== undefined && { requests: toRequestFigures(attempts, outcomes.length) }),
  };
}

function toRequestFigures(attempts: ReadonlyMap<string, number>, calls: number): RequestFigures {
  const sent = attempts.values().reduce((sum, count) => sum + count, 0);
  const share = (id: Instance['id']) => percent(attempts.get(id) ?? 0, sent);
  return {
    perCall: Math.round((100 * sent) / calls) / 100,
    toFailingPercent: share('failing'),
    toSlowPercent: share('slow'),
  };
}

/** The smallest value that so large a share of all values is not above; 0 of none. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
}

/** To a tenth. */
function percent(part: number, whole: number): number {
  return Math.round((1_000 * part) / whole) / 10;
}
