import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';

import { GitCommandError } from '../errors.ts';

export interface SpawnOptions {
  readonly directory: string;
  readonly environment: Readonly<Record<string, string>>;
}

/**
 * A git that is spoken to through pipes. Throws a GitCommandError where the system has no room for another process; that Git is not
 * there is told by the event `error`.
 */
export function spawnGit(
  commandLine: readonly [string, ...string[]],
  { directory, environment }: SpawnOptions,
): ChildProcessWithoutNullStreams {
  const [command] = commandLine;
  const git = spawned(commandLine, { directory, environment });
  // Without a file descriptor to spare Node makes no pipes, which its types do not know, and says why in an event.
  if ((git.stdin as unknown) === undefined) {
    git.on('error', () => undefined);
    throw new GitCommandError(command, 'too many files are open to start it');
  }
  return git;
}

function spawned(
  [command, ...rest]: readonly [string, ...string[]],
  { directory, environment }: SpawnOptions,
): ChildProcessWithoutNullStreams {
  try {
    return spawn('git', [command, ...rest], { cwd: directory, env: { ...environment } });
  } catch (error) {
    throw new GitCommandError(command, error instanceof Error ? error.message : String(error), error);
  }
}
