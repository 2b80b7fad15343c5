import { join } from 'node:path';

import type { OfferedObjects } from '../editing/push.ts';

import { GitStore, type GitStoreOptions } from './git-store.ts';

/**
 * What a push brought, before Git takes it in (git-receive-pack, section "Quarantine environment"), and what the repository has; read,
 * never written. A push without objects has no quarantine.
 */
export function openOffered(options: GitStoreOptions, quarantine: string | undefined): OfferedObjects & Disposable {
  const objects = join(options.directory, 'objects');
  const store = new GitStore({
    ...options,
    environment: {
      ...options.environment,
      ...(quarantine !== undefined && {
        GIT_OBJECT_DIRECTORY: join(objects, quarantine),
        GIT_ALTERNATE_OBJECT_DIRECTORIES: quoted(objects),
      }),
    },
  });
  return {
    files: (commit) => store.files(commit),
    read: (blob) => store.read(blob),
    isAncestor: (ancestor, commit) => store.isAncestor(ancestor, commit),
    references: () => store.references(),
    [Symbol.dispose]: () => {
      store.close();
    },
  };
}

/** A path may hold the colon that would separate it from the next (git, section "GIT_ALTERNATE_OBJECT_DIRECTORIES"). */
function quoted(path: string): string {
  return `"${path.replaceAll(/["\\]/g, String.raw`\$&`)}"`;
}
