import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

const IDENTITY = ['-c', 'user.name=Ada Pusher', '-c', 'user.email=ada@shop.example', '-c', 'commit.gpgsign=false'];

/** A clone of the configuration, as a person has one. */
export class WorkingCopy implements AsyncDisposable {
  readonly #directory: string;

  private constructor(directory: string) {
    this.#directory = directory;
  }

  static async clone(repository: string): Promise<WorkingCopy> {
    const directory = await mkdtemp(join(tmpdir(), 'signalbox-clone-'));
    await run('git', ['clone', '--quiet', repository, directory]);
    return new WorkingCopy(directory);
  }

  async read(path: string): Promise<string> {
    return readFile(join(this.#directory, path), 'utf8');
  }

  /** Commits the files and pushes; the commit's id. */
  async push(files: Readonly<Record<string, string>>, message: string): Promise<string> {
    await this.#git('pull', '--quiet', '--rebase');
    for (const [path, content] of Object.entries(files)) {
      await mkdir(join(this.#directory, path, '..'), { recursive: true });
      await writeFile(join(this.#directory, path), content);
    }
    await this.#git('add', '--all');
    await this.#git('commit', '--quiet', '--message', message);
    await this.#git('push', '--quiet');
    return (await this.#git('rev-parse', 'HEAD')).trim();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.#directory, { recursive: true, force: true, maxRetries: 3 });
  }

  async #git(...args: readonly string[]): Promise<string> {
    const { stdout } = await run('git', ['-C', this.#directory, ...IDENTITY, ...args]);
    return stdout;
  }
}
