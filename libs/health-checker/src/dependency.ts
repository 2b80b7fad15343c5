import type { Clock } from '@signalbox/clock';

import type { ProbeResult } from './probes/probe.ts';

import { isRefusedByCircuit } from './circuit.ts';
import { failureOf } from './probes/failure.ts';
import { toOutput } from './probes/output.ts';
import { untilAborted } from './probes/until-aborted.ts';
import { requireNumber, requireOptions, requireType } from './validation.ts';

/**
 * Looks at something that the service depends on. Resolving with nothing passes; a rejection fails with its message as output. A call
 * that a circuit breaker refused says nothing, and leaves what was known as it was.
 */
export interface DependencyCheck {
  // eslint-disable-next-line @typescript-eslint/no-invalid-void-type -- a check that only resolves is the commonest one
  (signal: AbortSignal): Promise<ProbeResult | void>;
  /** Milliseconds that a run of this check may take where the options do not say. @default 5000 */
  readonly timeoutMs?: number | undefined;
}

export interface DependencyOptions {
  /** Whether the service can't do its work without it: readiness then answers 503 while it fails. @default true */
  readonly critical?: boolean | undefined;
  /** Milliseconds from the end of a run to the next, varied by up to a tenth either way: above 0. @default 30000 */
  readonly intervalMs?: number | undefined;
  /** Milliseconds after which a run is aborted and counts as failed: above 0. @default what the check says, else 5000 */
  readonly timeoutMs?: number | undefined;
}

const DEFAULTS = { critical: true, intervalMs: 30_000, timeoutMs: 5_000 } satisfies DependencyOptions;

/** How far an interval varies, so that the checks of a fleet do not fall into step. */
const JITTER = 0.1;

/** What is known of a dependency: nothing before the first run has ended. */
export type DependencyState =
  | { readonly kind: 'unknown' }
  | { readonly kind: 'known'; readonly result: ProbeResult; readonly responseTimeMs: number; readonly time: number };

/**
 * One dependency and the loop that looks at it: one run at a time, whatever the interval. A check that ignores its signal fails at its
 * timeout, and is not begun again before it has ended: calls would pile up on what hangs already.
 */
export class Dependency {
  readonly name: string;
  readonly critical: boolean;
  readonly #check: DependencyCheck;
  readonly #intervalMs: number;
  readonly #timeoutMs: number;
  #state: DependencyState = { kind: 'unknown' };
  #isLooking = false;
  #hasPassed = false;

  constructor(name: string, check: DependencyCheck, options: DependencyOptions = {}) {
    requireType('Dependency name', name, 'string');
    if (name === '') {
      throw new RangeError('Dependency name: must have at least one character, not ""');
    }
    requireType('Dependency check', check, 'function');
    requireOptions('Dependency', options, Object.keys(DEFAULTS));
    const {
      critical = DEFAULTS.critical,
      intervalMs = DEFAULTS.intervalMs,
      timeoutMs = check.timeoutMs ?? DEFAULTS.timeoutMs,
    } = options;
    requireType('Dependency critical', critical, 'boolean');
    requireNumber('Dependency intervalMs', intervalMs, { above: 0 });
    requireNumber('Dependency timeoutMs', timeoutMs, { above: 0 });
    this.name = name;
    this.critical = critical;
    this.#check = check;
    this.#intervalMs = intervalMs;
    this.#timeoutMs = timeoutMs;
  }

  get state(): DependencyState {
    return this.#state;
  }

  /** Whether it has passed, with a warning or without, at least once. */
  get hasPassed(): boolean {
    return this.#hasPassed;
  }

  /** Runs until the signal is aborted; resolves after the run under way has ended. */
  async keepChecking(clock: Clock, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      if (!this.#isLooking) {
        await this.#runOnce(clock, signal);
      }
      const varied = this.#intervalMs * (1 + JITTER * (2 * Math.random() - 1));
      await clock.sleep(varied, signal).catch(() => undefined); // only the signal ends a sleep early, and it ends the loop
    }
  }

  async #runOnce(clock: Clock, signal: AbortSignal): Promise<void> {
    const startedAt = clock.now();
    const run = new AbortController();
    const sleep = new AbortController();
    const stop = () => {
      run.abort();
    };
    signal.addEventListener('abort', stop, { once: true });
    const late = clock.sleep(this.#timeoutMs, sleep.signal).then(stop, () => undefined);
    const result = await this.#result(run.signal);
    sleep.abort();
    await late;
    signal.removeEventListener('abort', stop);
    if (result === undefined || signal.aborted) {
      return; // what is given up at the end says nothing of the dependency
    }
    this.#hasPassed ||= result.status !== 'fail';
    const time = clock.now();
    this.#state = { kind: 'known', result, responseTimeMs: Math.max(0, Math.round(time - startedAt)), time };
  }

  /** Undefined where nothing was asked. */
  async #result(signal: AbortSignal): Promise<ProbeResult | undefined> {
    try {
      return await untilAborted(this.#look(signal), signal);
    } catch (error) {
      return isRefusedByCircuit(error) ? undefined : failureOf(error, signal);
    }
  }

  async #look(signal: AbortSignal): Promise<ProbeResult> {
    this.#isLooking = true;
    try {
      return toResult(await this.#check(signal));
    } finally {
      this.#isLooking = false;
    }
  }
}

const STATUSES: readonly unknown[] = ['pass', 'warn', 'fail'] satisfies ProbeResult['status'][];

/** Checks are written by others, not all of them in TypeScript: what they resolve to may be a query's answer. */
function toResult(result: Awaited<ReturnType<DependencyCheck>> | null): ProbeResult {
  if (result === undefined) {
    return { status: 'pass' };
  }
  if (result === null || !STATUSES.includes(result.status)) {
    return { status: 'fail', output: 'the check resolved with neither nothing nor a status of pass, warn or fail' };
  }
  return result.output === undefined ? result : { ...result, output: toOutput(result.output) };
}
