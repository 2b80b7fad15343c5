import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { temporaryDirectory } from '@signalbox/testkit';

const run = promisify(execFile);

/** A directory with a package.json and nothing else, as someone has who begins. */
export class EmptyProject implements AsyncDisposable {
  readonly #directory: AsyncDisposable & { readonly path: string };

  private constructor(directory: AsyncDisposable & { readonly path: string }) {
    this.#directory = directory;
  }

  static async create(): Promise<EmptyProject> {
    const project = new EmptyProject(await temporaryDirectory());
    await project.write('package.json', JSON.stringify({ name: 'product', private: true, type: 'module' }));
    return project;
  }

  get path(): string {
    return this.#directory.path;
  }

  async write(path: string, content: string): Promise<void> {
    await writeFile(join(this.path, path), content);
  }

  /** Installs by npm from this registry alone, past every cache and setting of the machine. */
  async install(registry: string, packages: readonly string[]): Promise<void> {
    const cache = join(this.path, '.cache');
    const flags = ['--no-audit', '--no-fund', '--ignore-scripts', '--userconfig', join(this.path, '.npmrc')];
    await this.run('npm', ['install', '--registry', registry, '--cache', cache, ...flags, ...packages]);
  }

  /** What the command printed. Rejects with all that it printed where it fails. */
  async run(command: string, options: readonly string[]): Promise<string> {
    try {
      const { stdout } = await run(command, options, { cwd: this.path, maxBuffer: 16_777_216 });
      return stdout;
    } catch (error) {
      const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string }; // execFile adds them
      throw new Error(`${command} ${options.join(' ')}: ${stdout}${stderr}`, { cause: error });
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#directory[Symbol.asyncDispose]();
  }
}
