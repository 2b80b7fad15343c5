import { access, chmod, constants, mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { GitCommandError } from '../errors.ts';

/** The descriptor that a push is started with, and that its hook inherits: one end of a socket whose other end is ours. */
export const HOOK_DESCRIPTOR = 3;

/**
 * Git gives it the references on standard input and shows its standard error to the pusher. It decides nothing and runs nothing of the
 * repository: without an answer, as when the server is gone, the push is refused.
 */
const HOOK = `#!/bin/sh
{ printf '%s\\n' "$GIT_QUARANTINE_PATH" && cat && printf 'end\\n'; } >&${HOOK_DESCRIPTOR} || exit 1
IFS= read -r verdict <&${HOOK_DESCRIPTOR} || exit 1
cat <&${HOOK_DESCRIPTOR} >&2
test "$verdict" = accepted
`;

/** Writes the hook into a folder of its own in `dataDir`, for `core.hooksPath`, and answers the folder. */
export async function installHook(dataDir: string): Promise<string> {
  const folder = join(dataDir, 'hooks');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const draft = join(folder, 'pre-receive.new');
  await writeFile(draft, HOOK, { mode: 0o700 });
  await chmod(draft, 0o700); // an earlier draft, or the umask, may have made it another
  await rename(draft, join(folder, 'pre-receive'));
  return folder;
}

/** Git takes a hook that it may not run for none at all, and lets the push through. Rejects with a GitCommandError. */
export async function assertHookRuns(folder: string): Promise<void> {
  try {
    await access(join(folder, 'pre-receive'), constants.X_OK);
  } catch (error) {
    throw new GitCommandError('receive-pack', 'the hook that judges pushes can not be run', error);
  }
}
