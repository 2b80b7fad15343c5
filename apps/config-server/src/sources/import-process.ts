import type { ChildProcessWithoutNullStreams } from 'node:child_process';

import { once } from 'node:events';
import { text } from 'node:stream/consumers';

import { GitCommandError, GitNotFoundError } from '../errors.ts';
import { toFailure } from './git-commands.ts';
import { spawnGit, type SpawnOptions } from './spawn-git.ts';

/**
 * One `git fast-import`. Until it is given a stream it has written nothing but an empty draft of a pack, which it takes away when its
 * standard input ends, and leaves behind when it is killed.
 */
export class ImportProcess {
  /** Resolves when the process is gone, however it went. */
  readonly ended: Promise<void>;
  readonly #git: ChildProcessWithoutNullStreams;
  readonly #outcome: Promise<string>;

  /** Throws a GitCommandError where no process can be started. */
  constructor(options: SpawnOptions) {
    this.#git = spawnGit(['fast-import', '--quiet', '--date-format=raw'], options);
    // Writing to a process that has just died fails here as well; its end is what counts.
    this.#git.stdin.on('error', () => undefined);
    this.#outcome = outcomeOf(this.#git);
    this.ended = this.#outcome.then(
      () => undefined,
      () => undefined,
    );
  }

  /** Answers what was printed, once everything is on the disk. Rejects with a GitCommandError, or a GitNotFoundError. */
  import(stream: Buffer): Promise<string> {
    this.#git.stdin.end(stream);
    return this.#outcome;
  }

  /** Ends a process that was given nothing. */
  dismiss(): void {
    this.#git.stdin.end();
  }

  kill(): void {
    this.#git.kill('SIGKILL');
  }
}

async function outcomeOf(git: ChildProcessWithoutNullStreams): Promise<string> {
  const output = Promise.all([text(git.stdout), text(git.stderr)]);
  const code = await exitCodeOf(git);
  const [printed, complaint] = await output;
  if (code !== 0) {
    throw toFailure('fast-import', complaint.trim() || 'was ended before it was done');
  }
  return printed;
}

/** Null for a process that a signal ended. */
async function exitCodeOf(git: ChildProcessWithoutNullStreams): Promise<number | null> {
  try {
    const [code] = (await once(git, 'close')) as [number | null]; // as Node documents the event
    return code;
  } catch (error) {
    throw error instanceof Error && 'code' in error && error.code === 'ENOENT'
      ? new GitNotFoundError()
      : new GitCommandError('fast-import', String(error));
  }
}
