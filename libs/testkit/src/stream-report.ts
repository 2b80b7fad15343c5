/** What became of one request. */
export interface Outcome {
  readonly phase: string;
  readonly method: string;
  /** 0 where no whole answer came. */
  readonly status: number;
  /** Who answered, as the answer says; undefined where it was the gateway itself, or nobody. */
  readonly instance?: string;
  /** Why it failed: status and body, or the error of the connection. */
  readonly reason?: string;
  /** Milliseconds of `performance.now`. */
  readonly startedAt: number;
  readonly endedAt: number;
}

export interface PhaseReport {
  readonly requests: number;
  /** Answered with 4xx or 5xx, or not as a whole. */
  readonly failed: number;
  /** The first few different reasons, each with the phase and method of the first such request, and how many there were. */
  readonly reasons: readonly string[];
  readonly outcomes: readonly Outcome[];
  /** Milliseconds within which this share of the requests was over, failed or not; 0 where there were none. */
  latencyMs(share: number): number;
}

const MAX_REASONS = 5;

function hasFailed({ status }: Outcome): boolean {
  return status === 0 || status >= 400;
}

export function reportOf(outcomes: readonly Outcome[]): PhaseReport {
  const failures = outcomes.filter(hasFailed);
  const latencies = outcomes.map(({ startedAt, endedAt }) => endedAt - startedAt).sort((a, b) => a - b);
  return {
    requests: outcomes.length,
    failed: failures.length,
    reasons: reasonsOf(failures),
    outcomes,
    latencyMs: (share) => latencies[Math.max(0, Math.ceil(share * latencies.length) - 1)] ?? 0,
  };
}

function reasonsOf(failures: readonly Outcome[]): readonly string[] {
  const alike = Map.groupBy(failures, ({ reason = '' }) => reason);
  return [...alike].slice(0, MAX_REASONS).map(([reason, same]) => {
    const phases = new Set(same.map(({ phase, method }) => `${method} in "${phase}"`));
    return `${same.length} times, ${[...phases].join(', ')}: ${reason}`;
  });
}
