import { simpleGit } from 'simple-git';

import { GitCommandError, GitNotFoundError } from '../errors.ts';

/** Guarded by simple-git unless named. */
const OWN_VARIABLES = [
  'GIT_DIR',
  'GIT_CONFIG_GLOBAL',
  'GIT_CONFIG_NOSYSTEM',
  'GIT_TERMINAL_PROMPT',
  'GIT_OPTIONAL_LOCKS',
  'GIT_NO_REPLACE_OBJECTS',
  'GIT_LITERAL_PATHSPECS',
];

export interface GitCommandsOptions {
  /** Where the commands run: the bare repository itself. */
  readonly directory: string;
  readonly environment: Readonly<Record<string, string>>;
  /** A command that has printed nothing for this long is ended and counts as failed. */
  readonly silenceTimeoutMs: number;
}

/** Git's commands, one process each. Every command ends, by itself or by the timeout. */
export class GitCommands {
  readonly #options: GitCommandsOptions;
  readonly #stop = new AbortController();

  constructor(options: GitCommandsOptions) {
    this.#options = options;
  }

  /**
   * What the command printed. `input` may not be empty: Git would wait for more of it.
   * A command that prints nothing answers 50 ms late, so prefer one that prints (simple-git waits for stray output).
   */
  async run(commandLine: readonly string[], input?: Buffer | string): Promise<string> {
    const git = simpleGit({
      baseDir: this.#options.directory,
      abort: this.#stop.signal,
      timeout: { block: this.#options.silenceTimeoutMs },
      allowEnvironment: OWN_VARIABLES,
      // The configuration file it points at is our own.
      unsafe: { allowUnsafeConfigPaths: true },
      ...(input !== undefined && { input: () => input }),
      errors: (error, { exitCode, stdErr, stdOut }) =>
        exitCode === 0 ? error : (error ?? Buffer.concat([...stdErr, ...stdOut])),
    });
    try {
      return await git.env({ ...this.#options.environment }).raw([...commandLine]);
    } catch (error) {
      const reason = error instanceof Error ? error.message.trim() : String(error);
      throw isGitMissing(reason)
        ? new GitNotFoundError()
        : new GitCommandError(commandLine[0] ?? '', withoutCredentials(reason));
    }
  }

  /** Ends the commands under way, and refuses others. */
  close(): void {
    this.#stop.abort();
  }
}

function isGitMissing(reason: string): boolean {
  return /spawn git\b.*ENOENT/.test(reason);
}

/** Git names a URL as it was configured, password and all. */
function withoutCredentials(text: string): string {
  return text.replaceAll(/\/\/[^/@\s]+@/g, '//***@');
}
