import { flushCompileCache } from 'node:module';

import type { Clock } from '@signalbox/clock';

import { StartError } from './errors.ts';
import { requireInteger } from './integer-option.ts';

/** Something that runs until it is closed. */
export interface Running {
  /** Milliseconds that `close` lets pass, while requests are still answered, before it closes anything. @default 0 */
  readonly drainNoticeMs?: number;
  close(): Promise<void>;
}

export interface MainOptions {
  /** Name at the head of the line that says why a start failed. */
  readonly name: string;
  readonly process: NodeJS.Process;
  readonly clock: Clock;
  /** Starts the app; the signal is aborted when the process is told to stop meanwhile. */
  start(environment: Readonly<Record<string, string | undefined>>, signal: AbortSignal): Promise<Running>;
  /** How long a stop may take after its notice, or that of a start that is under way, before the process ends all the same: milliseconds from 0 to 2147483647. @default 4000 */
  readonly closeWithinMs?: number;
}

const DEFAULT_CLOSE_WITHIN_MS = 4_000;

/**
 * Runs an app for the life of the process: until SIGTERM, SIGINT, or, where a parent started it with an IPC channel, until the parent
 * is gone. A start that fails for a reason of the operator's is one line on standard error and exit code 1.
 *
 * The same signal a second time, as a second Ctrl-C, ends the process at once: it is handled no more.
 */
export async function runMain(options: MainOptions): Promise<void> {
  const { process, closeWithinMs = DEFAULT_CLOSE_WITHIN_MS } = options;
  requireInteger('runMain closeWithinMs', closeWithinMs, { from: 0, to: 2_147_483_647 });
  const stop = new AbortController();
  for (const event of ['SIGTERM', 'SIGINT', 'disconnect'] as const) {
    process.once(event, () => {
      stop.abort();
    });
  }
  try {
    const starting = options.start(process.env, stop.signal);
    const inTime = await Promise.race([runUntil(stop.signal, starting), lateness(stop.signal, starting, options)]);
    process.exitCode = inTime ? 0 : 1;
  } catch (error) {
    process.stderr.write(`${options.name}: ${lineOf(error)}\n`);
    process.exitCode = 1;
  }
  process.exit();
}

async function runUntil(stop: AbortSignal, starting: Promise<Running>): Promise<true> {
  const running = await starting;
  // Where NODE_COMPILE_CACHE is set, Node writes the cache when the process ends: better now than while someone waits for the end.
  flushCompileCache();
  await aborted(stop);
  await running.close();
  return true;
}

function aborted(signal: AbortSignal): Promise<unknown> {
  const { promise, resolve } = Promise.withResolvers<unknown>();
  if (signal.aborted) {
    return Promise.resolve();
  }
  signal.addEventListener('abort', resolve, { once: true });
  return promise;
}

async function lateness(
  stop: AbortSignal,
  starting: Promise<Running>,
  { clock, closeWithinMs = DEFAULT_CLOSE_WITHIN_MS }: MainOptions,
): Promise<false> {
  await aborted(stop);
  await clock.sleep(closeWithinMs);
  const started = await Promise.race([starting, Promise.resolve(undefined)]);
  await clock.sleep(started?.drainNoticeMs ?? 0);
  return false;
}

function lineOf(error: unknown): string {
  return error instanceof StartError
    ? error.message
    : error instanceof Error
      ? (error.stack ?? error.message)
      : String(error);
}
