import { type ChildProcess, spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { availableParallelism } from 'node:os';
import { delimiter, join } from 'node:path';

import { endWithProcess } from './children.ts';
import { BenchError } from './errors.ts';

/** Where administrators' programs live that an ordinary user's PATH leaves out, such as nginx and haproxy in Debian. */
const SYSTEM_DIRECTORIES = ['/usr/local/sbin', '/usr/sbin', '/sbin'];

/** The path of an installed program, or undefined: a peer that is not there is left out. */
export function findProgram(name: string): string | undefined {
  const directories = [...(process.env['PATH'] ?? '').split(delimiter), ...SYSTEM_DIRECTORIES];
  return directories.map((directory) => join(directory, name)).find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** A command held to one core where taskset is there and a second core is left for the others; else the command as it is. */
export function onCore(core: number, command: readonly string[]): readonly string[] {
  const taskset = findProgram('taskset');
  return taskset === undefined || availableParallelism() < 2
    ? command
    : [taskset, '--cpu-list', String(core), ...command];
}

export interface ProgramOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Asked again and again until it answers true. */
  readonly isReady: () => Promise<boolean> | boolean;
}

const READY_WITHIN_MS = 15_000;
const READY_POLL_MS = 25;
const STOP_WITHIN_MS = 5_000;
const KEPT_OUTPUT = 4_000;

/** A program under measurement: started, ready, and stopped by its pid, at the latest when the run ends. */
export class Program {
  readonly name: string;
  readonly #child: ChildProcess;
  #output = '';

  private constructor(name: string, child: ChildProcess) {
    this.name = name;
    this.#child = child;
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.#output = (this.#output + text).slice(-KEPT_OUTPUT);
      });
    }
  }

  /** Throws a BenchError with the end of its output if it ends or is not ready within 15 s. */
  static async start(name: string, command: readonly string[], options: ProgramOptions): Promise<Program> {
    const [file = '', ...args] = command;
    const child = spawn(file, args, {
      cwd: options.cwd,
      env: { ...process.env, ...options.env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    endWithProcess(child);
    const program = new Program(name, child);
    child.on('error', (error) => {
      program.#output += error.message;
    });
    await program.#becomesReady(options.isReady);
    return program;
  }

  /** Of the program itself: taskset becomes what it starts. */
  get pid(): number {
    return this.#child.pid ?? Number.NaN;
  }

  async stop(): Promise<void> {
    if (this.#hasEnded()) {
      return;
    }
    const ended = new Promise((resolve) => this.#child.once('close', resolve));
    this.#child.kill('SIGTERM');
    const killer = setTimeout(() => this.#child.kill('SIGKILL'), STOP_WITHIN_MS);
    await ended;
    clearTimeout(killer);
  }

  async #becomesReady(isReady: ProgramOptions['isReady']): Promise<void> {
    const deadline = performance.now() + READY_WITHIN_MS;
    while (!(await isReady())) {
      if (this.#hasEnded() || performance.now() > deadline) {
        await this.stop();
        throw new BenchError(`${this.name} did not get ready: ${this.#output.trim()}`);
      }
      await new Promise((resolve) => setTimeout(resolve, READY_POLL_MS));
    }
  }

  #hasEnded(): boolean {
    return this.#child.pid === undefined || this.#child.exitCode !== null || this.#child.signalCode !== null;
  }
}
