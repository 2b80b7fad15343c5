import { type Clock, systemClock } from '@signalbox/clock';

import type { CheckBody, HealthBody } from './health-body.ts';

import { Dependency, type DependencyCheck, type DependencyOptions } from './dependency.ts';
import { steadied } from './steady-clock.ts';
import { requireNumber, requireOptions, requireType } from './validation.ts';

/** Where probes are answered. */
export const HEALTH_PATHS = [
  '/health',
  '/health/live',
  '/health/ready',
  '/health/startup',
  '/health/detailed',
] as const;

export type HealthPath = (typeof HEALTH_PATHS)[number];

export interface HealthCheckerOptions {
  /** Where it answers what is no time, the one that it answered last stands. @default the system's */
  readonly clock?: Clock | undefined;
  /** The service's own version, shown in the answers. @default none */
  readonly version?: string | undefined;
}

export interface DrainOptions {
  /**
   * Milliseconds for which readiness answers 503 while everything else goes on: from 0. As long as those who ask take to notice, which
   * in Kubernetes is `periodSeconds` × `failureThreshold`. @default 5000
   */
  readonly noticeMs?: number | undefined;
}

const DEFAULTS = { clock: systemClock, noticeMs: 5_000 } satisfies HealthCheckerOptions & DrainOptions;

export interface HealthAnswer {
  readonly statusCode: 200 | 503;
  readonly body: HealthBody;
}

/**
 * Watches what a service depends on, in the background, and answers its probes from what it saw last: an answer waits for nothing.
 *
 * `/health/live` never depends on a dependency: a restart mends none. `/health/ready` is 503 while a critical dependency fails or has not
 * been looked at yet, and from `drain()` on; `/health/startup` until each critical one has passed once. `/health` and `/health/detailed`
 * are 503 while a critical dependency fails.
 */
export class HealthChecker {
  readonly #clock: Clock;
  readonly #version: string | undefined;
  readonly #startedAt: number;
  readonly #dependencies = new Map<string, Dependency>();
  readonly #stop = new AbortController();
  /** One for each dependency, from `start` on. */
  #loops: Promise<void>[] | undefined;
  /** Since when it drains: its notice, over or not. */
  #notice: Promise<void> | undefined;

  /** Throws a RangeError or TypeError for an option that can't be. */
  constructor(options: HealthCheckerOptions = {}) {
    requireOptions('HealthChecker', options, ['clock', 'version']);
    const { clock = DEFAULTS.clock, version } = options;
    if (version !== undefined) {
      requireType('HealthChecker version', version, 'string');
    }
    this.#clock = steadied('HealthChecker clock', clock);
    this.#version = version;
    this.#startedAt = this.#clock.now();
  }

  /**
   * Adds a dependency; it is looked at from `start` on, or from now where that was before. Throws a RangeError for a name that is taken or empty
   * and for options out of range, and a TypeError for a check or an option that is none.
   */
  addDependency(name: string, check: DependencyCheck, options?: DependencyOptions): this {
    if (this.#dependencies.has(name)) {
      throw new RangeError(`HealthChecker dependency "${name}": is there already`);
    }
    const dependency = new Dependency(name, check, options);
    this.#dependencies.set(name, dependency);
    this.#loops?.push(this.#watch(dependency));
    return this;
  }

  /** Looks at every dependency now and then at its interval, until `close`. */
  start(): void {
    this.#loops ??= [...this.#dependencies.values()].map((dependency) => this.#watch(dependency));
  }

  /**
   * Readiness answers 503 from now on, so that no new requests are sent here; resolves once those who send them had time to notice, which
   * is when to stop listening. Called again, it resolves with the notice that was given first. `close` ends it early.
   * Throws a RangeError or TypeError for an option that can't be, and does not drain then.
   */
  drain(options: DrainOptions = {}): Promise<void> {
    requireOptions('HealthChecker drain', options, ['noticeMs']);
    const { noticeMs = DEFAULTS.noticeMs } = options;
    requireNumber('HealthChecker drain noticeMs', noticeMs, { from: 0 });
    this.#notice ??= noticeMs === 0 ? Promise.resolve() : this.#sleepUntilClosed(noticeMs);
    return this.#notice;
  }

  /** Stops looking; resolves once no check is running. */
  async close(): Promise<void> {
    this.#stop.abort();
    await Promise.all(this.#loops ?? []);
  }

  answer(path: HealthPath): HealthAnswer {
    switch (path) {
      case '/health/live':
        return { statusCode: 200, body: this.#body('pass') };
      case '/health/ready':
        return this.#readiness();
      case '/health/startup':
        return this.#startup();
      case '/health':
        return this.#overall({ detailed: false });
      case '/health/detailed':
        return this.#overall({ detailed: true });
    }
  }

  async #sleepUntilClosed(ms: number): Promise<void> {
    await this.#clock.sleep(ms, this.#stop.signal).catch(() => undefined); // only the signal ends it early
  }

  #watch(dependency: Dependency): Promise<void> {
    return dependency.keepChecking(this.#clock, this.#stop.signal);
  }

  #startup(): HealthAnswer {
    const critical = this.#critical();
    const hasStarted = critical.every((dependency) => dependency.hasPassed);
    const body = { ...this.#body(hasStarted ? 'started' : 'starting'), checks: checksOf(critical) };
    return { statusCode: hasStarted ? 200 : 503, body };
  }

  #readiness(): HealthAnswer {
    const critical = this.#critical();
    const isDraining = this.#notice !== undefined;
    const isReady = !isDraining && critical.every((dependency) => passes(dependency));
    const reason = isDraining ? ({ reason: 'draining' } as const) : {};
    const body = { ...this.#body(isReady ? 'ready' : 'not_ready'), ...reason, checks: checksOf(critical) };
    return { statusCode: isReady ? 200 : 503, body };
  }

  #overall({ detailed }: { detailed: boolean }): HealthAnswer {
    const all = [...this.#dependencies.values()];
    const failing = all.filter((dependency) => statusOf(dependency) === 'fail');
    const isFailing = failing.some((dependency) => dependency.critical);
    const isWarning = failing.length > 0 || all.some((dependency) => statusOf(dependency) === 'warn');
    const body = this.#body(isFailing ? 'fail' : isWarning ? 'warn' : 'pass');
    return { statusCode: isFailing ? 503 : 200, body: detailed ? { ...body, checks: checksOf(all) } : body };
  }

  #critical(): readonly Dependency[] {
    return [...this.#dependencies.values()].filter((dependency) => dependency.critical);
  }

  #body(status: HealthBody['status']): HealthBody {
    const now = this.#clock.now();
    return {
      status,
      timestamp: new Date(now).toISOString(),
      uptime: Math.max(0, Math.floor((now - this.#startedAt) / 1_000)),
      ...(this.#version !== undefined && { version: this.#version }),
    };
  }
}

function statusOf({ state }: Dependency): CheckBody['status'] {
  return state.kind === 'unknown' ? 'unknown' : state.result.status;
}

function passes(dependency: Dependency): boolean {
  const status = statusOf(dependency);
  return status === 'pass' || status === 'warn';
}

function checksOf(dependencies: readonly Dependency[]): Record<string, CheckBody> {
  return Object.fromEntries(dependencies.map((dependency) => [dependency.name, checkBody(dependency)]));
}

function checkBody(dependency: Dependency): CheckBody {
  const { state, critical } = dependency;
  if (state.kind === 'unknown') {
    return { status: 'unknown', critical };
  }
  const { result, responseTimeMs, time } = state;
  const known = { status: result.status, critical, responseTimeMs, time: new Date(time).toISOString() };
  if (result.output === undefined) {
    return known;
  }
  return result.status === 'fail' ? { ...known, error: result.output } : { ...known, details: result.output };
}
