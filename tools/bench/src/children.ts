import type { ChildProcess } from 'node:child_process';

import { constants } from 'node:os';

/** Children that were started to end with this process and have not ended; each takes itself out. */
const living = new Set<ChildProcess>();

/** Has the child ended with this process where it has not ended before: see `endChildrenWith`. */
export function endWithProcess(child: ChildProcess): void {
  living.add(child);
  child.once('exit', () => living.delete(child));
}

/**
 * Tells the living children to end when the process does, however it comes to that but by SIGKILL: done, failed or interrupted. A second
 * interruption is the system's to answer.
 */
export function endChildrenWith(owner: NodeJS.Process): void {
  owner.once('exit', () => {
    living.forEach((child) => child.kill('SIGTERM'));
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    owner.once(signal, () => {
      owner.exit(128 + constants.signals[signal]); // as a shell reports a command that a signal ended
    });
  }
}
