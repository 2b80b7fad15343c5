import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/**
 * Runs what changes and commits files of a repository. Where it rejects, files and branch are put back as they were before. Rejects, with
 * nothing run, where something is not committed that would be lost then.
 */
export async function allOrNothing<T>(repository: string, work: () => Promise<T>): Promise<T> {
  if ((await git(repository, 'status', '--porcelain')) !== '') {
    throw new Error('the working tree has changes that are not committed');
  }
  const before = await git(repository, 'rev-parse', 'HEAD');
  try {
    return await work();
  } catch (error) {
    await git(repository, 'reset', '--hard', '--quiet', before.trim());
    throw error;
  }
}

export async function git(repository: string, ...command: readonly string[]): Promise<string> {
  const { stdout } = await run('git', ['-C', repository, ...command]);
  return stdout;
}
