/** Upper bounds of the duration histogram's buckets in milliseconds. */
export const DURATION_BOUNDS_MS = [1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000] as const;

/** How requests ended, in the order of the counters: by class of status, or without an answer. */
export const OUTCOMES = ['client-gone', '1xx', '2xx', '3xx', '4xx', '5xx'] as const;

/** What went over one route. Plain counters: a metrics library looks its labels up at every call. */
export class RouteTraffic {
  readonly route: string;
  readonly outcomes = OUTCOMES.map(() => 0);
  /** How many requests took no longer than each bound and longer than the one before; one more for the rest. */
  readonly durations = [...DURATION_BOUNDS_MS, Infinity].map(() => 0);
  durationSumMs = 0;
  retries = 0;

  constructor(route: string) {
    this.route = route;
  }

  /** Status 0: the client left before there was one. */
  record(status: number, durationMs: number): void {
    const outcome = status < 600 ? Math.floor(status / 100) : OUTCOMES.length - 1;
    this.outcomes[outcome] = (this.outcomes[outcome] ?? 0) + 1;
    let bucket = 0;
    while (durationMs > (DURATION_BOUNDS_MS[bucket] ?? Infinity)) {
      bucket += 1;
    }
    this.durations[bucket] = (this.durations[bucket] ?? 0) + 1;
    this.durationSumMs += durationMs;
  }
}

/** Traffic since the start, by route; a route keeps its figures when the table is replaced. */
export class Traffic {
  /** Requests that never came to a route, by the code of the problem. */
  readonly refusals = new Map<string, number>();
  #routes = new Map<string, RouteTraffic>();

  get routes(): readonly RouteTraffic[] {
    return [...this.#routes.values()];
  }

  of(route: string): RouteTraffic {
    const traffic = this.#routes.get(route) ?? new RouteTraffic(route);
    this.#routes.set(route, traffic);
    return traffic;
  }

  /** Forgets routes that are no more, so that names do not pile up. */
  retain(routes: ReadonlySet<string>): void {
    this.#routes = new Map([...this.#routes].filter(([name]) => routes.has(name)));
  }

  refused(code: string): void {
    this.refusals.set(code, (this.refusals.get(code) ?? 0) + 1);
  }
}
