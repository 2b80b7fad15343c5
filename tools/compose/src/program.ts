import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

import { StackError } from './errors.ts';

const execute = promisify(execFile);

/** What a program may print: far more than any that is run here prints. */
const MAX_OUTPUT_BYTES = 64 * 1024 * 1024;
const TOLD_LINES = 15;

export interface ProgramOptions {
  /** Variables over those of this process. */
  readonly environment?: Readonly<Record<string, string>>;
  /** What it reads from its standard input. @default nothing */
  readonly input?: string;
  /** @default none */
  readonly timeoutMs?: number;
}

/** Runs a program and resolves with what it printed. Rejects with a StackError that ends with the last lines of a failed one. */
export async function run(command: readonly string[], options: ProgramOptions = {}): Promise<string> {
  const { environment = {}, input = '', timeoutMs = 0 } = options;
  const [program = '', ...args] = command;
  const running = execute(program, args, {
    env: { ...process.env, ...environment },
    maxBuffer: MAX_OUTPUT_BYTES,
    timeout: timeoutMs,
  });
  // A program that ends without reading is told of by its exit code.
  running.child.stdin?.on('error', () => undefined).end(input);
  try {
    const { stdout } = await running;
    return stdout;
  } catch (error) {
    const { stdout = '', stderr = '', message } = error as Error & { stdout?: string; stderr?: string }; // what execFile rejects with
    const printed = lastLines(stderr.trim() || stdout.trim() || message);
    throw new StackError(`${command.slice(0, 2).join(' ')} failed: ${printed}`, { cause: error });
  }
}

/** As much of what a failed program printed as helps. */
export function lastLines(text: string): string {
  return text.trim().split('\n').slice(-TOLD_LINES).join('\n');
}

/** Whether a program runs and ends well. */
export async function succeeds(command: readonly string[]): Promise<boolean> {
  try {
    await run(command);
    return true;
  } catch {
    return false; // the question was whether it would
  }
}
