import type { Clock } from '@signalbox/clock';

import { GitCommandError } from '../errors.ts';
import { ImportProcess } from './import-process.ts';

export interface CommitWriterOptions {
  readonly directory: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly clock: Clock;
  /** A commit that takes longer counts as hung, and its process is ended. */
  readonly writeTimeoutMs: number;
}

/** Whoever waits for the commit just made goes first: starting a process holds this one up for a millisecond or two. */
const PREPARE_AFTER_MS = 50;

/**
 * Makes commits by `git fast-import`, one process each. After a commit the process of the next one is started ahead and waits on its
 * standard input, so that nobody who changes something waits for the start of a program.
 */
export class CommitWriter {
  readonly #options: CommitWriterOptions;
  readonly #stop = new AbortController();
  readonly #writing = new Set<ImportProcess>();
  #prepared: ImportProcess | undefined;

  constructor(options: CommitWriterOptions) {
    this.#options = options;
  }

  /** What the stream made fast-import print. Rejects with a GitCommandError, or a GitNotFoundError. */
  async write(stream: Buffer): Promise<string> {
    if (this.#stop.signal.aborted) {
      throw new GitCommandError('fast-import', 'the repository is closed');
    }
    const git = this.#prepared ?? new ImportProcess(this.#options);
    this.#prepared = undefined;
    this.#writing.add(git);
    const written = new AbortController();
    void this.#killWhenStuck(git, written.signal);
    try {
      return await git.import(stream);
    } finally {
      written.abort();
      this.#writing.delete(git);
      void this.#prepare();
    }
  }

  /** Ends the commit under way, and refuses others. */
  close(): void {
    this.#stop.abort();
    this.#prepared?.dismiss();
    this.#prepared = undefined;
    for (const git of this.#writing) {
      git.kill();
    }
  }

  async #prepare(): Promise<void> {
    const { clock } = this.#options;
    await clock.sleep(PREPARE_AFTER_MS, this.#stop.signal).catch(() => undefined); // only the signal ends a sleep early
    if (this.#stop.signal.aborted || this.#prepared !== undefined) {
      return;
    }
    try {
      const git = new ImportProcess(this.#options);
      this.#prepared = git;
      await git.ended;
      // One that ended by itself, or was ended by someone, before it was needed.
      if (this.#prepared === git) {
        this.#prepared = undefined;
      }
    } catch {
      // Nobody waits for it: the next commit starts its own, and is told what is wrong.
    }
  }

  async #killWhenStuck(git: ImportProcess, written: AbortSignal): Promise<void> {
    const { clock, writeTimeoutMs } = this.#options;
    const isStuck = await clock.sleep(writeTimeoutMs, written).then(
      () => true,
      () => false, // only the signal ends a sleep early
    );
    if (isStuck) {
      git.kill();
    }
  }
}
