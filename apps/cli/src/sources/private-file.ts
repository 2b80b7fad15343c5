import { randomBytes } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';

import { FailedError } from '../errors.ts';

/** The owner alone may read it. */
const PRIVATE = 0o600;

/**
 * Whoever reads the file sees it as it was or as it is, whole, whenever this is cut short. A link in its place is replaced, not followed.
 *
 * Throws a FailedError where it can't be written; nothing is left behind then.
 */
export async function writePrivately(path: string, text: string): Promise<void> {
  const draft = `${path}.${randomBytes(6).toString('hex')}.tmp`;
  try {
    await using file = await open(draft, 'wx', PRIVATE);
    await file.writeFile(text);
    await file.sync();
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true });
    const reason = error instanceof Error ? error.message : String(error);
    throw new FailedError(`${path} can't be written: ${reason}`, { cause: error });
  }
}
