import { type SimpleGit, simpleGit } from 'simple-git';

import { GitCommandError, GitNotFoundError, StorageFullError } from '../errors.ts';

/** Guarded by simple-git unless named. */
const OWN_VARIABLES = [
  'GIT_DIR',
  'GIT_OBJECT_DIRECTORY',
  'GIT_ALTERNATE_OBJECT_DIRECTORIES',
  'GIT_CONFIG_GLOBAL',
  'GIT_CONFIG_NOSYSTEM',
  'GIT_TERMINAL_PROMPT',
  'GIT_OPTIONAL_LOCKS',
  'GIT_NO_REPLACE_OBJECTS',
  'GIT_LITERAL_PATHSPECS',
];

/** ENOSPC, EDQUOT and EFBIG in the C locale, and Git's own word for a write of which nothing was taken (csum-file.c). */
const NO_ROOM = /No space left on device|Disk quota exceeded|File too large|Out of diskspace/i;
/** The other end of a push has a disk of its own. */
const SAID_BY_REMOTE = /^remote: .*$/gm;

/** Processes at once; other commands wait for one of them to end. */
const MAX_PROCESSES = 4;

export interface GitCommandsOptions {
  /** Where the commands run: the bare repository itself. */
  readonly directory: string;
  readonly environment: Readonly<Record<string, string>>;
  /** A command that has printed nothing for this long is ended and counts as failed. */
  readonly silenceTimeoutMs: number;
  /** Asked about each failure; the command is run again once the reason for it is out of the way. @default nothing is mended */
  readonly mend?: (failure: GitCommandError) => Promise<boolean>;
}

/** Git's commands, one process each. Every command ends, by itself or by the timeout. */
export class GitCommands {
  readonly #options: GitCommandsOptions;
  readonly #stop = new AbortController();
  readonly #git: SimpleGit;

  constructor(options: GitCommandsOptions) {
    this.#options = options;
    this.#git = this.#create();
  }

  /**
   * What the command printed. One that prints nothing answers 50 ms late, so prefer one that prints (simple-git waits for stray output).
   * Rejects with a GitCommandError, or a GitNotFoundError.
   */
  run(commandLine: readonly string[]): Promise<string> {
    return this.mending(() => runWith(this.#git, commandLine));
  }

  /** As `run`, but ends a command that prints more, and answers undefined for it. */
  async runBounded(commandLine: readonly string[], maxBytes: number): Promise<string | undefined> {
    const overflow = new AbortController();
    const git = this.#create({ signal: overflow.signal }).outputHandler((_command, stdout) => {
      let bytes = 0;
      stdout.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes > maxBytes) {
          overflow.abort();
        }
      });
    });
    try {
      return await this.mending(() => runWith(git, commandLine));
    } catch (error) {
      if (overflow.signal.aborted) {
        return undefined;
      }
      throw error;
    }
  }

  /** Commands that write take turns by themselves. `input` may not be empty: Git would wait for more of it. */
  feed(commandLine: readonly string[], input: Buffer | string): Promise<string> {
    return this.mending(() => runWith(this.#create({ input }), commandLine));
  }

  /** Ends the commands under way, and refuses others. */
  close(): void {
    this.#stop.abort();
  }

  /** Does it again for as long as what it failed for is mended. */
  async mending(work: () => Promise<string>): Promise<string> {
    for (;;) {
      try {
        return await work();
      } catch (error) {
        if (!(error instanceof GitCommandError) || (await this.#options.mend?.(error)) !== true) {
          throw error;
        }
      }
    }
  }

  #create({ input, signal }: { input?: Buffer | string; signal?: AbortSignal } = {}): SimpleGit {
    const { directory, environment, silenceTimeoutMs } = this.#options;
    return simpleGit({
      baseDir: directory,
      maxConcurrentProcesses: MAX_PROCESSES,
      abort: signal === undefined ? this.#stop.signal : AbortSignal.any([signal, this.#stop.signal]),
      timeout: { block: silenceTimeoutMs },
      allowEnvironment: OWN_VARIABLES,
      // The configuration file it points at is our own.
      unsafe: { allowUnsafeConfigPaths: true },
      ...(input !== undefined && { input: () => input }),
      errors: (error, { exitCode, stdErr, stdOut }) =>
        exitCode === 0 ? error : (error ?? Buffer.concat([...stdErr, ...stdOut])),
    }).env({ ...environment });
  }
}

async function runWith(git: SimpleGit, commandLine: readonly string[]): Promise<string> {
  try {
    return await git.raw([...commandLine]);
  } catch (error) {
    const reason = error instanceof Error ? error.message.trim() : String(error);
    throw isGitMissing(reason) ? new GitNotFoundError() : toFailure(commandLine[0] ?? '', withoutCredentials(reason));
  }
}

/** What a command complained of, as an error. */
export function toFailure(command: string, reason: string): GitCommandError {
  const isFull = NO_ROOM.test(reason.replaceAll(SAID_BY_REMOTE, ''));
  return isFull ? new StorageFullError(command, reason) : new GitCommandError(command, reason);
}

function isGitMissing(reason: string): boolean {
  return /spawn git\b.*ENOENT/.test(reason);
}

/** Git names a URL as it was configured, and not every version leaves the password out. */
function withoutCredentials(text: string): string {
  return text.replaceAll(/\/\/[^/@\s]+@/g, '//***@');
}
