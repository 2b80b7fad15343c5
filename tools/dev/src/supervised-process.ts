import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

import type { Clock } from '@signalbox/clock';

import { LaunchError } from './errors.ts';

export interface ProcessSpec {
  readonly name: string;
  /** Arguments of Node: a script and what it is given. */
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
}

/** Receives what a process prints, line by line. */
export type LineSink = (name: string, line: string) => void;

/**
 * A process of the fleet in a process group of its own: Ctrl-C reaches the launcher alone, which stops the fleet in order.
 * It holds an IPC channel, whose end tells the process that the launcher is gone.
 */
export class SupervisedProcess {
  readonly spec: ProcessSpec;
  readonly #clock: Clock;
  readonly #child: ChildProcess;
  readonly #ended: Promise<unknown>;
  #lastLine = '';

  constructor(spec: ProcessSpec, { clock, sink }: { clock: Clock; sink: LineSink }) {
    this.spec = spec;
    this.#clock = clock;
    this.#child = spawn(process.execPath, [...NODE_OPTIONS, ...spec.args], {
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      env: { ...process.env, ...FRUGAL, ...spec.environment },
      detached: true,
    });
    this.#ended = once(this.#child, 'exit');
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      if (stream !== null) {
        createInterface({ input: stream }).on('line', (line) => {
          this.#lastLine = line;
          sink(spec.name, line);
        });
      }
    }
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  isRunning(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** Resolves when the process has ended, for whatever reason. */
  get ended(): Promise<unknown> {
    return this.#ended;
  }

  /** Waits until `isReady` says so. Rejects with the last line of a process that ended instead. */
  async waitUntil(isReady: () => Promise<boolean>, withinMs: number): Promise<void> {
    const deadline = this.#clock.now() + withinMs;
    while (!(await this.#asked(isReady))) {
      if (!this.isRunning()) {
        throw new LaunchError(this.#lastLine === '' ? `${this.spec.name} ended at once` : this.#lastLine);
      }
      if (this.#clock.now() > deadline) {
        throw new LaunchError(`${this.spec.name} was not ready within ${withinMs / 1_000} s`);
      }
      await Promise.race([this.#clock.sleep(READY_POLL_MS), this.#ended]);
    }
  }

  /** An answer that does not come, or comes too late, is none: whoever is asked once more may answer. */
  async #asked(isReady: () => Promise<boolean>): Promise<boolean> {
    const inVain = Promise.race([this.#clock.sleep(READY_ANSWER_MS), this.#ended]);
    return await Promise.race([isReady().catch(() => false), inVain.then(() => false)]);
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** SIGKILL to the process and whatever it started, as where a container or a machine is stopped at once. Resolves when it ended. */
  async killAll(): Promise<void> {
    if (this.#child.pid !== undefined && this.isRunning()) {
      process.kill(-this.#child.pid, 'SIGKILL'); // detached: it leads a process group
    }
    await this.#ended;
  }

  /** SIGTERM, and SIGKILL for a process that has not ended after `withinMs`. Resolves with whether it ended by itself. */
  async stop({ withinMs = STOP_WITHIN_MS }: { withinMs?: number } = {}): Promise<boolean> {
    if (!this.isRunning()) {
      return true;
    }
    this.signal('SIGTERM');
    const impatience = new AbortController();
    await Promise.race([this.#ended, this.#clock.sleep(withinMs, impatience.signal).catch(() => undefined)]);
    impatience.abort();
    if (!this.isRunning()) {
      return true;
    }
    this.signal('SIGKILL');
    await this.#ended;
    return false;
  }
}

/**
 * Sources instead of builds, and V8 told to prefer a small heap and to compile what is hot alone, by its best compiler and not by those
 * before it: eight processes of little traffic share a laptop, 22 MB less of each.
 */
const NODE_OPTIONS = [
  '--conditions=@signalbox/source',
  '--max-semi-space-size=1',
  '--optimize-for-size',
  '--no-sparkplug',
  '--no-maglev',
];
/** glibc keeps arenas per thread: for a process that waits most of the time, one is enough, and 5 MB less resident. */
const FRUGAL = { MALLOC_ARENA_MAX: '1' };

const READY_POLL_MS = 50;
const READY_ANSWER_MS = 1_000;
const STOP_WITHIN_MS = 5_000;
