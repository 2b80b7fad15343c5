import type { Clock } from '@signalbox/clock';
import type { Probe } from '@signalbox/health-checker';

import type { InstanceFollower } from '../catalog/registrar.ts';

import { type CheckState, hasSameTarget, type Instance } from '../catalog/instance.ts';
import { type CheckDefinition, type InstanceKey, keyText, type Registration } from '../catalog/registration.ts';
import { everyTick } from '../every-tick.ts';
import { TimerWheel } from '../timer-wheel.ts';
import { judge, type Outcome, type Verdict } from './threshold.ts';

export interface CheckRunnerOptions {
  readonly clock: Clock;
  readonly probeFor: (registration: Registration, check: CheckDefinition) => Probe;
  /** Told when a check of an instance stands otherwise than before; never of the same standing twice, nor of an output. */
  readonly onStanding: (key: InstanceKey, checks: readonly CheckState[]) => void;
  /** Probes under way at a time; others that are due wait for their turn. @default 64 */
  readonly maxConcurrent?: number;
  /** @default Math.random */
  readonly random?: () => number;
}

interface RunningCheck {
  readonly definition: CheckDefinition;
  readonly probe: Probe;
  verdict: Verdict;
  /** Ends the probe under way, if any. */
  under?: AbortController;
}

interface CheckedInstance {
  readonly registration: Registration;
  readonly checks: readonly RunningCheck[];
}

interface Turn {
  readonly instance: CheckedInstance;
  readonly check: RunningCheck;
}

const DEFAULTS = { maxConcurrent: 64, random: Math.random } satisfies Partial<CheckRunnerOptions>;
const TICK_MS = 100;
/** An instance that is starting is asked this often, however long the interval: it gets no requests until it passes. */
const STARTING_INTERVAL_MS = 1_000;
/** After a restart of the registry the first checks are spread over this long at most. */
const RESTORED_SPREAD_MS = 5_000;
/** Intervals vary by a tenth in either direction, so that checks begun together don't stay together. */
const JITTER = 0.1;

/** Asks instances how they are, each check by its own schedule and never twice at a time. */
export class CheckRunner implements InstanceFollower {
  readonly #options: Required<CheckRunnerOptions>;
  readonly #instances = new Map<string, CheckedInstance>();
  readonly #wheel: TimerWheel<Turn>;
  readonly #stop = new AbortController();
  readonly #running = new Set<Promise<void>>();
  #due: Turn[] = [];
  #ticking: Promise<void> = Promise.resolve();

  constructor(options: CheckRunnerOptions) {
    const { maxConcurrent = DEFAULTS.maxConcurrent, random = DEFAULTS.random } = options;
    this.#options = { ...options, maxConcurrent, random };
    this.#wheel = new TimerWheel(TICK_MS, options.clock.now());
  }

  start(): void {
    const onTick = (now: number) => {
      this.#wheel.takeDue(now).forEach((turn) => this.#due.push(turn));
      this.#takeTurns();
    };
    this.#ticking = everyTick({ clock: this.#options.clock, tickMs: TICK_MS }, onTick, this.#stop.signal);
  }

  /** Ends the probes under way and waits for them. */
  async close(): Promise<void> {
    this.#stop.abort();
    this.#due = [];
    this.#instances.forEach(({ registration }) => {
      this.removed(registration);
    });
    await Promise.all([this.#ticking, ...this.#running]);
  }

  registered({ registration, checks }: Instance, restored: boolean): void {
    const known = this.#instances.get(keyText(registration));
    if (known !== undefined && hasSameTarget(known.registration, registration)) {
      return;
    }
    this.removed(registration);
    if (registration.checks.length === 0 || this.#stop.signal.aborted) {
      return;
    }
    const instance = this.#checked(registration, checks);
    this.#instances.set(keyText(registration), instance);
    for (const check of instance.checks) {
      const spread = restored ? Math.min(RESTORED_SPREAD_MS, check.definition.intervalMs) : 0;
      this.#later({ instance, check }, this.#options.random() * spread);
    }
  }

  removed(key: InstanceKey): void {
    this.#instances.get(keyText(key))?.checks.forEach(({ under }) => under?.abort());
    this.#instances.delete(keyText(key));
  }

  #checked(registration: Registration, standing: readonly CheckState[]): CheckedInstance {
    const checks = registration.checks.map((definition) => ({
      definition,
      probe: this.#options.probeFor(registration, definition),
      verdict: { status: standing.find(({ name }) => name === definition.name)?.status ?? 'pending', contrary: 0 },
    }));
    return { registration, checks };
  }

  #takeTurns(): void {
    while (this.#running.size < this.#options.maxConcurrent) {
      const turn = this.#due.shift();
      if (turn === undefined) {
        return;
      }
      const running = this.#run(turn).finally(() => {
        this.#running.delete(running);
        this.#takeTurns();
      });
      this.#running.add(running);
    }
  }

  async #run(turn: Turn): Promise<void> {
    if (!this.#isWanted(turn)) {
      return;
    }
    const { instance, check } = turn;
    const outcome = await this.#ask(check);
    if (!this.#isWanted(turn)) {
      return;
    }
    const before = check.verdict.status;
    check.verdict = judge(check.verdict, outcome, check.definition);
    if (check.verdict.status !== before) {
      this.#options.onStanding(instance.registration, instance.checks.map(toState));
    }
    this.#later(turn, this.#intervalOf(check));
  }

  /** Other than an answer in time, everything is a failure. */
  async #ask(check: RunningCheck): Promise<Outcome> {
    const under = new AbortController();
    const failed = () => 'fail' as const;
    const expired = this.#options.clock.sleep(check.definition.timeoutMs, under.signal).then(failed, failed);
    check.under = under;
    try {
      return await Promise.race([check.probe(under.signal).then(({ status }) => status, failed), expired]);
    } finally {
      under.abort();
      delete check.under;
    }
  }

  #intervalOf({ verdict, definition }: RunningCheck): number {
    const { intervalMs } = definition;
    const everyMs = verdict.status === 'pending' ? Math.min(STARTING_INTERVAL_MS, intervalMs) : intervalMs;
    return everyMs * (1 - JITTER + 2 * JITTER * this.#options.random());
  }

  #isWanted({ instance }: Turn): boolean {
    return this.#instances.get(keyText(instance.registration)) === instance;
  }

  #later(turn: Turn, delayMs: number): void {
    this.#wheel.add(this.#options.clock.now() + delayMs, turn);
  }
}

function toState({ definition, verdict }: RunningCheck): CheckState {
  return { name: definition.name, status: verdict.status };
}
