import { join } from 'node:path';

import type { OfferedObjects } from '../editing/push.ts';

import { GitCommands } from './git-commands.ts';
import { firstLarger, SIZE_FORMAT } from './git-listings.ts';
import { GitStore, type GitStoreOptions } from './git-store.ts';

/** Some 500,000 objects. */
const MAX_LISTING_BYTES = 33_554_432;

/**
 * What a push brought, before Git takes it in (git-receive-pack, section "Quarantine environment"), and what the repository has; read,
 * never written. A push without objects has no quarantine.
 */
export function openOffered(options: GitStoreOptions, quarantine: string | undefined): OfferedObjects & Disposable {
  const objects = join(options.directory, 'objects');
  const received = quarantine === undefined ? {} : { GIT_OBJECT_DIRECTORY: join(objects, quarantine) };
  const all = quarantine === undefined ? {} : { GIT_ALTERNATE_OBJECT_DIRECTORIES: quoted(objects) };
  const { directory, environment, silenceTimeoutMs } = options;
  const store = new GitStore({ ...options, environment: { ...environment, ...received, ...all } });
  const alone = new GitCommands({
    directory,
    environment: { ...environment, GIT_DIR: directory, ...received },
    silenceTimeoutMs,
  });
  return {
    excess: async (maxBytes) => (quarantine === undefined ? undefined : excessIn(alone, maxBytes)),
    files: (commit) => store.files(commit),
    read: (blob) => store.read(blob),
    isAncestor: (ancestor, commit) => store.isAncestor(ancestor, commit),
    references: () => store.references(),
    [Symbol.dispose]: () => {
      alone.close();
      store.close();
    },
  };
}

async function excessIn(received: GitCommands, maxBytes: number): Promise<string | undefined> {
  const listing = await received.runBounded(
    ['cat-file', '--batch-all-objects', '--unordered', SIZE_FORMAT],
    MAX_LISTING_BYTES,
  );
  if (listing === undefined) {
    return `more objects are pushed than ${MAX_LISTING_BYTES} bytes list`;
  }
  const [kind, id, bytes] = firstLarger(listing, maxBytes)?.split(' ') ?? [];
  return id === undefined ? undefined : `${kind} ${id} has ${bytes} bytes, more than ${maxBytes}`;
}

/** A path may hold the colon that would separate it from the next (git, section "GIT_ALTERNATE_OBJECT_DIRECTORIES"). */
function quoted(path: string): string {
  return `"${path.replaceAll(/["\\]/g, String.raw`\$&`)}"`;
}
