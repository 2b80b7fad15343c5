import { readdir, rm, stat, unlink } from 'node:fs/promises';
import { join, relative, resolve, sep } from 'node:path';

/** How Git, with LC_ALL=C, names a lock that it met (lockfile.c), or the file that such a lock is for (config.c). */
const MET_LOCK = /Unable to create '([^'\n]+\.lock)': File exists/;
const MET_LOCKED_CONFIGURATION = /could not lock config file ([^\n]+): File exists/;

/** What fast-import and index-pack write to before they know a name for it, and what fast-import leaves to explain its end. */
const DRAFTS = [
  { folder: '.', names: /^fast_import_crash_\d+$/ },
  { folder: join('objects', 'pack'), names: /^tmp_(pack|idx|rev|keep)_/ },
];

/** What a push that was killed had brought, in a folder as old as the push; none takes an hour. */
const QUARANTINES = /^(?:tmp_objdir-)?incoming-/;
const LONGEST_PUSH_MS = 3_600_000;

export interface Age {
  /** Younger than this, a file may belong to a command that lives. */
  readonly olderThanMs: number;
}

/**
 * Removes the lock that Git complains of, if it has been in the repository for long enough that whoever took it was killed: Git never
 * does so by itself, and all that needs the same lock fails until someone does. Resolves with its path, or with undefined when it stays.
 */
export async function removeStaleLock(directory: string, complaint: string, age: Age): Promise<string | undefined> {
  const configuration = MET_LOCKED_CONFIGURATION.exec(complaint)?.[1];
  const met = MET_LOCK.exec(complaint)?.[1] ?? (configuration === undefined ? undefined : `${configuration}.lock`);
  const lock = met === undefined ? undefined : resolve(directory, met);
  if (lock === undefined || !isWithin(directory, lock) || !(await isOlder(lock, age))) {
    return undefined;
  }
  await unlink(lock).catch(unlessGone);
  return lock;
}

/** As `removeStaleLock`, for the lock of a reference that is about to be taken. */
export async function removeStaleLockOf(directory: string, reference: string, age: Age): Promise<string | undefined> {
  return removeStaleLock(directory, `Unable to create '${resolve(directory, reference)}.lock': File exists`, age);
}

/** Removes what commands that were killed, or that found the disk full, had begun to write. */
export async function removeDrafts(directory: string, age: Age): Promise<void> {
  const quarantines = { folder: 'objects', names: QUARANTINES, olderThanMs: LONGEST_PUSH_MS };
  for (const { folder, names, olderThanMs } of [...DRAFTS.map((draft) => ({ ...draft, ...age })), quarantines]) {
    const found = await readdir(join(directory, folder)).catch(unlessGone);
    for (const name of found?.filter((candidate) => names.test(candidate)) ?? []) {
      const path = join(directory, folder, name);
      if (await isOlder(path, { olderThanMs })) {
        await rm(path, { force: true, recursive: true });
      }
    }
  }
}

function isWithin(directory: string, path: string): boolean {
  return !relative(directory, path).split(sep).includes('..');
}

async function isOlder(path: string, { olderThanMs }: Age): Promise<boolean> {
  const found = await stat(path).catch(unlessGone);
  // eslint-disable-next-line no-restricted-properties -- the times of files are the wall clock's, which a Clock does not follow
  return found !== undefined && Date.now() - found.mtimeMs > olderThanMs;
}

/** Whoever it belonged to may have removed it meanwhile; and a branch may be where a folder of branches is asked for. */
function unlessGone(error: unknown): undefined {
  const { code } = error as NodeJS.ErrnoException; // fs rejects with system errors
  if (code !== 'ENOENT' && code !== 'ENOTDIR') {
    throw error;
  }
}
