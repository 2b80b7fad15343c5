import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { systemClock } from '@signalbox/clock';
import { freePort } from '@signalbox/testkit';

const run = promisify(execFile);

const IDENTITY = ['-c', 'user.name=Signalbox', '-c', 'user.email=signalbox@localhost', '-c', 'commit.gpgsign=false'];
const READY_POLL_MS = 20;

/** A repository that is fetched from, and pushed to, over `git://`. */
export class GitDaemon implements AsyncDisposable {
  readonly port: number;
  readonly #directory: string;
  readonly #daemon: ChildProcess;

  private constructor(directory: string, port: number) {
    this.port = port;
    this.#directory = directory;
    const options = ['--reuseaddr', '--export-all', '--enable=receive-pack', `--base-path=${directory}`];
    this.#daemon = spawn('git', ['daemon', ...options, '--listen=127.0.0.1', `--port=${port}`], {
      stdio: 'ignore',
      detached: true, // what it starts ends with it
    });
  }

  /** Serves `config.git`, with the files of the seed as its first commit. */
  static async start(seedDirectory: string): Promise<GitDaemon> {
    const directory = await mkdtemp(join(tmpdir(), 'signalbox-remote-'));
    const seeded = join(directory, 'seeded');
    await cp(seedDirectory, seeded, { recursive: true });
    const git = (...commandLine: readonly string[]) => run('git', ['-C', seeded, ...IDENTITY, ...commandLine]);
    await git('init', '--quiet', '--initial-branch=main');
    await git('add', '--all');
    await git('commit', '--quiet', '--message', 'Begin');
    await run('git', ['clone', '--quiet', '--bare', seeded, join(directory, 'config.git')]);
    const daemon = new GitDaemon(directory, await freePort());
    await daemon.#listening();
    return daemon;
  }

  get repository(): string {
    return join(this.#directory, 'config.git');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const ended = once(this.#daemon, 'exit');
    if (this.#daemon.pid !== undefined) {
      process.kill(-this.#daemon.pid, 'SIGTERM');
    }
    await ended;
    await rm(this.#directory, { recursive: true, force: true, maxRetries: 3 });
  }

  async #listening(): Promise<void> {
    while (!(await isListening(this.port))) {
      if (this.#daemon.exitCode !== null) {
        throw new Error(`git daemon ended with ${this.#daemon.exitCode}`);
      }
      await systemClock.sleep(READY_POLL_MS);
    }
  }
}

async function isListening(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false; // not yet
  } finally {
    socket.destroy();
  }
}
