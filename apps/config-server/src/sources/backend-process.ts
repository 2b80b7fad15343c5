import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { kill } from 'node:process';
import { type Duplex, PassThrough, Readable, Writable } from 'node:stream';

import type { Clock } from '@signalbox/clock';

import { GitCommandError, GitNotFoundError, RequestTooLargeError } from '../errors.ts';
import { HOOK_DESCRIPTOR } from './pre-receive-hook.ts';

export interface BackendProcessOptions {
  readonly directory: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly clock: Clock;
  /** Largest input in bytes. */
  readonly maxInputBytes: number;
  /** An exchange in which no byte has moved for this long is ended. Git says every five seconds that it is at work. */
  readonly silenceTimeoutMs: number;
  /** An exchange that takes longer is ended. */
  readonly exchangeTimeoutMs: number;
}

/** Address space of each of its processes, in KiB: what is well compressed may be of any size when it is read. */
const MAX_MEMORY_KIB = 524_288;
/**
 * How long Git has to end by itself, which takes all away that a push brought (of a signal it takes locks away, and since 2.39 nothing
 * else), and then again to end of a signal, before it is killed.
 */
const GRACE_MS = 1_000;
const MAX_COMPLAINT_CHARACTERS = 2_000;
/** Git's clients read no answer before they have sent everything: so much is read for it, in multiples of the largest input. */
const READ_TIMES = 4;

/**
 * One `git http-backend`, in a process group of its own with all that it starts. They all inherit the socket by which the hook asks, so
 * that a question can only be about the push that it comes from.
 */
export class BackendProcess {
  readonly output: Readable;
  /** Where the hook asks. */
  readonly channel: Duplex;
  /** Resolves when it is gone with all that it started, however they went. */
  readonly ended: Promise<void>;
  readonly #options: BackendProcessOptions;
  readonly #process: ChildProcess;
  readonly #input: Writable;
  readonly #printed: Readable;
  readonly #gone = new AbortController();
  #movedBytes = 0;
  #complaint = '';
  #startFailure: Error | undefined;

  /** Throws a GitCommandError where no process can be started. */
  constructor(options: BackendProcessOptions) {
    this.#options = options;
    const backend = started(options);
    const [input, output, complaints, channel] = backend.stdio;
    // Without a file descriptor to spare Node makes no pipes, and says why in an event.
    if (!(input instanceof Writable && output instanceof Readable)) {
      backend.on('error', () => undefined);
      throw new GitCommandError('http-backend', 'too many files are open to start it');
    }
    this.#process = backend;
    this.#input = input;
    this.#printed = output;
    this.output = this.#printed.pipe(new PassThrough());
    this.channel = channel as Duplex; // a pipe beyond the standard ones goes both ways
    this.ended = this.#end();
    // Writing to a process that has just died fails here as well; its end is what counts.
    input.on('error', () => undefined);
    this.channel.on('error', () => undefined);
    this.#printed.on('data', this.#count);
    complaints?.on('data', (chunk: Buffer) => {
      this.#complaint = (this.#complaint + String(chunk)).slice(0, MAX_COMPLAINT_CHARACTERS);
    });
    void this.#endWhenStuck();
  }

  /** Why it failed, once it has ended. */
  get failure(): Error {
    return (
      this.#startFailure ?? new GitCommandError('http-backend', this.#complaint.trim() || 'ended before it was done')
    );
  }

  /**
   * Gives it all that the client sends, as fast as it takes it. What is sent to a process that has ended is read and dropped, up to four
   * times the largest input. Rejects with a RequestTooLargeError.
   */
  async feed(body: AsyncIterable<Buffer>): Promise<void> {
    const { maxInputBytes } = this.#options;
    let bytes = 0;
    for await (const chunk of body) {
      bytes += chunk.length;
      if (bytes > (this.#input.writable ? maxInputBytes : maxInputBytes * READ_TIMES)) {
        throw new RequestTooLargeError(maxInputBytes);
      }
      this.#count(chunk);
      if (this.#input.writable && !this.#input.write(chunk)) {
        await once(this.#input, 'drain', { signal: this.#gone.signal }).catch(() => undefined); // it has ended
      }
    }
    this.#input.end();
  }

  /** Ends it and all that it started: what is not read yet will not be. */
  async kill(): Promise<void> {
    this.#printed.unpipe();
    this.output.destroy();
    this.#printed.resume();
    this.#input.end();
    this.channel.end();
    for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
      await this.#options.clock.sleep(GRACE_MS, this.#gone.signal).catch(() => undefined); // it has ended
      if (!this.#gone.signal.aborted) {
        this.#signal(signal);
      }
    }
    await this.ended;
  }

  readonly #count = ({ length }: Buffer): void => {
    this.#movedBytes += length;
  };

  async #end(): Promise<void> {
    const released = Promise.withResolvers<undefined>();
    this.channel.once('close', () => {
      released.resolve(undefined);
    });
    try {
      await once(this.#process, 'exit');
      await released.promise;
    } catch (error) {
      this.#startFailure =
        error instanceof Error && 'code' in error && error.code === 'ENOENT'
          ? new GitNotFoundError()
          : new GitCommandError('http-backend', String(error), error);
    }
    this.channel.destroy();
    this.#gone.abort();
  }

  /** The group lives on while one of its processes does, and its number is given to no other. */
  #signal(signal: 'SIGTERM' | 'SIGKILL'): void {
    const { pid } = this.#process;
    try {
      if (pid !== undefined) {
        kill(-pid, signal);
      }
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') {
        throw error; // kill throws system errors
      }
    }
  }

  async #endWhenStuck(): Promise<void> {
    const { clock, silenceTimeoutMs, exchangeTimeoutMs } = this.#options;
    const startedMs = clock.now();
    for (;;) {
      const before = this.#movedBytes;
      const leftMs = exchangeTimeoutMs - (clock.now() - startedMs);
      const isGone = await clock.sleep(Math.min(silenceTimeoutMs, leftMs), this.#gone.signal).then(
        () => false,
        () => true, // only its end makes the sleep shorter
      );
      if (isGone) {
        return; // what it printed last may not be read yet
      }
      const isLate = clock.now() - startedMs >= exchangeTimeoutMs;
      if (isLate || this.#movedBytes === before) {
        await this.kill();
        return;
      }
    }
  }
}

/** `ulimit` is of the shell, which becomes the program. Where it is refused, a lower limit is in force, or the system knows none. */
function started({ directory, environment }: BackendProcessOptions): ChildProcess {
  const stdio = Array.from({ length: HOOK_DESCRIPTOR + 1 }, () => 'pipe' as const);
  const script = 'ulimit -v "$1" 2>/dev/null; exec git http-backend';
  try {
    return spawn('sh', ['-c', script, 'sh', String(MAX_MEMORY_KIB)], {
      cwd: directory,
      env: { ...environment },
      detached: true,
      stdio,
    });
  } catch (error) {
    throw new GitCommandError('http-backend', error instanceof Error ? error.message : String(error), error);
  }
}
