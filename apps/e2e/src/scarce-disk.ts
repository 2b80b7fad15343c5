import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, open, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';

import type { Fleet, LaunchOptions } from '@signalbox/dev';

const run = promisify(execFile);

/** A disk under the data directories that takes nothing more when a test says so. */
export interface ScarceDisk extends AsyncDisposable {
  /** How it is made scarce, for the table of what was seen. */
  readonly way: string;
  /** The code of an update that is refused: its audit is written first, and SQLite takes EFBIG for another failure than ENOSPC. */
  readonly refusal: 'config/storage-full' | 'config/audit-unavailable';
  /** For the platform, which makes it. */
  readonly dataDirectory: string;
  readonly settings: LaunchOptions['settings'];
  fill(fleet: Fleet): Promise<void>;
  makeRoom(fleet: Fleet): Promise<void>;
}

/** A real one where a file system may be mounted, otherwise a limit on the size of files. Linux has them: mount(8) and prlimit(1). */
export async function scarceDisk(): Promise<ScarceDisk> {
  return (await TmpfsDisk.mount()) ?? (await FileSizeLimit.open());
}

const TMPFS_SIZE = '64m';
const BLOCKS = [1_048_576, 4_096, 1];

/** A small file system in memory, which takes an administrator to mount. */
class TmpfsDisk implements ScarceDisk {
  readonly way = `a tmpfs of ${TMPFS_SIZE} filled to the last byte`;
  readonly refusal = 'config/storage-full';
  readonly settings = {};
  readonly #mountPoint: string;

  private constructor(mountPoint: string) {
    this.#mountPoint = mountPoint;
  }

  static async mount(): Promise<TmpfsDisk | undefined> {
    const mountPoint = await mkdtemp(join(tmpdir(), 'signalbox-disk-'));
    try {
      await run('mount', ['-t', 'tmpfs', '-o', `size=${TMPFS_SIZE},mode=700`, 'signalbox-test', mountPoint]);
      return new TmpfsDisk(mountPoint);
    } catch {
      await rm(mountPoint, { recursive: true });
      return undefined; // not permitted, or not known on this system
    }
  }

  get dataDirectory(): string {
    return join(this.#mountPoint, 'signalbox');
  }

  async fill(): Promise<void> {
    await using file = await open(this.#filler, 'w');
    for (const size of BLOCKS) {
      await writeUntilFull(() => file.write(Buffer.alloc(size)));
    }
  }

  async makeRoom(): Promise<void> {
    await rm(this.#filler);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await run('umount', [this.#mountPoint]);
    await rm(this.#mountPoint, { recursive: true });
  }

  get #filler(): string {
    return join(this.#mountPoint, 'filler');
  }
}

async function writeUntilFull(write: () => Promise<unknown>): Promise<void> {
  try {
    for (;;) {
      await write();
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') {
      throw error; // fs rejects with system errors
    }
  }
}

const LIMITED = ['config-server', 'registry'] as const;

/**
 * No file of the servers may grow (RLIMIT_FSIZE, getrlimit(2)), which takes no administrator. The kernel kills with SIGXFSZ for it, which
 * Node ignores for itself alone: a shell in front of Git ignores it for Git too, so that it is told EFBIG as it would be told ENOSPC.
 */
class FileSizeLimit implements ScarceDisk {
  readonly way = 'a limit of 0 on the size of files';
  readonly refusal = 'config/audit-unavailable';
  readonly #directory: string;

  private constructor(directory: string) {
    this.#directory = directory;
  }

  /** Rejects where there is no prlimit. */
  static async open(): Promise<FileSizeLimit> {
    await run('prlimit', ['--fsize']);
    const directory = await mkdtemp(join(tmpdir(), 'signalbox-disk-'));
    const { stdout: git } = await run('sh', ['-c', 'command -v git']);
    await mkdir(join(directory, 'bin'));
    await writeFile(join(directory, 'bin', 'git'), `#!/bin/sh\ntrap '' XFSZ\nexec ${git.trim()} "$@"\n`);
    await chmod(join(directory, 'bin', 'git'), 0o755);
    return new FileSizeLimit(directory);
  }

  get dataDirectory(): string {
    return join(this.#directory, 'signalbox');
  }

  get settings(): LaunchOptions['settings'] {
    return { 'config-server': { PATH: [join(this.#directory, 'bin'), process.env['PATH'] ?? ''].join(delimiter) } };
  }

  async fill(fleet: Fleet): Promise<void> {
    await this.#limit(fleet, '0');
  }

  async makeRoom(fleet: Fleet): Promise<void> {
    await this.#limit(fleet, 'unlimited');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.#directory, { recursive: true, force: true, maxRetries: 3 });
  }

  /** The soft limit, which a process's own user may lower and raise again. */
  async #limit(fleet: Fleet, bytes: string): Promise<void> {
    for (const name of LIMITED) {
      await run('prlimit', ['--pid', String(fleet.process(name).pid), `--fsize=${bytes}:`]);
    }
  }
}
