import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';

/** Takes every file descriptor that there is, and then asks for a process. */
const SPAWN_WITHOUT_DESCRIPTORS = `
  import { openSync } from 'node:fs';
  import { spawnGit } from ${JSON.stringify(join(import.meta.dirname, 'spawn-git.ts'))};
  try {
    for (;;) openSync('/dev/null');
  } catch {
    try {
      spawnGit(['version'], { directory: '.', environment: {} });
    } catch (error) {
      process.stdout.write(error.message);
    }
  }`;

describe('spawnGit', () => {
  it('throws where no file descriptor is left, and does not end the process', async () => {
    const limited = ['-c', 'ulimit -n 128 && exec "$@"', 'limited', process.execPath];
    const script = ['--conditions=@signalbox/source', '--input-type=module', '--eval', SPAWN_WITHOUT_DESCRIPTORS];

    const { stdout } = await promisify(execFile)('bash', [...limited, ...script]);

    expect(stdout).toBe('git version failed: too many files are open to start it');
  });
});
