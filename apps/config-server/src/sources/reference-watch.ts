import { watch } from 'node:fs/promises';
import { join } from 'node:path';

import type { Clock } from '@signalbox/clock';

export interface ReferenceWatch {
  readonly directory: string;
  readonly clock: Clock;
  readonly pollIntervalMs: number;
  readonly onMoved: () => void;
}

/**
 * Tells of writes to branches, tags and packed-refs as the file system reports them, and on a timer for the ones that it does not
 * (network file systems; a watch that was lost). Says "may have moved": whoever is told looks at the references.
 */
export async function watchReferences(references: ReferenceWatch, signal: AbortSignal): Promise<void> {
  const { directory } = references;
  const ended = [
    watchFolder(join(directory, 'refs', 'heads'), references, signal),
    watchFolder(join(directory, 'refs', 'tags'), references, signal),
    watchFolder(directory, references, signal),
    poll(references, signal),
  ];
  await Promise.all(ended);
}

async function watchFolder(folder: string, { directory, onMoved }: ReferenceWatch, signal: AbortSignal): Promise<void> {
  const isRoot = folder === directory;
  try {
    for await (const { filename } of watch(folder, { recursive: !isRoot, signal })) {
      if (!isRoot || filename === 'packed-refs') {
        onMoved();
      }
    }
  } catch {
    // Without a watch (aborted, or too many of them on the machine) the poll is what remains.
    if (!signal.aborted) {
      onMoved();
    }
  }
}

async function poll({ clock, pollIntervalMs, onMoved }: ReferenceWatch, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await clock.sleep(pollIntervalMs, signal).then(onMoved, () => undefined); // only the signal ends a sleep early
  }
}
