import type { Engine } from './engine.ts';

/** Removes the containers of test runs on this host that ended without doing so themselves: runs that were killed. */
export async function removeLeftovers(
  engine: Pick<Engine, 'owners' | 'removeAllOf'>,
  { host, isRunning }: { readonly host: string; isRunning: (pid: number) => boolean },
): Promise<void> {
  for (const owner of await engine.owners()) {
    const separator = owner.lastIndexOf(':');
    if (owner.slice(0, separator) === host && !isRunning(Number(owner.slice(separator + 1)))) {
      await engine.removeAllOf(owner);
    }
  }
}

/** Whether a process of this machine is running, whoever's it is. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0); // asks, sends nothing
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'; // what kill throws; another user's process
  }
}
