import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';

import { BenchError } from '../../errors.ts';
import { findProgram } from '../../programs.ts';
import { ConfigServer, type ConfigServerOptions } from './config-server.ts';

/** The longest that the setting allows: what looks at the repository by the clock is not what is counted. */
const POLL_INTERVAL_MS = '600000';

/** A config-server whose Git commands, and objects asked of the one that stays, are counted: each is a line in a file. */
export class CountedGit implements AsyncDisposable {
  readonly server: ConfigServer;
  readonly #log: string;

  private constructor(server: ConfigServer, log: string) {
    this.server = server;
    this.#log = log;
  }

  static async start(options: ConfigServerOptions): Promise<CountedGit> {
    const { log, path } = await wrapGit(options.directory);
    const environment = { PATH: path, SIGNALBOX_POLL_INTERVAL_MS: POLL_INTERVAL_MS };
    return new CountedGit(await ConfigServer.start({ ...options, environment }), log);
  }

  /** How many commands and objects the work made the server ask for. Throws a BenchError when not even its start was counted. */
  async during(work: () => Promise<unknown>): Promise<number> {
    const before = await this.#count();
    if (before === 0) {
      throw new BenchError('the config-server did not use the git that counts');
    }
    await work();
    return (await this.#count()) - before;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.server[Symbol.asyncDispose]();
  }

  async #count(): Promise<number> {
    const lines = await readFile(this.#log, 'utf8');
    return lines.split('\n').length - 1;
  }
}

async function wrapGit(directory: string): Promise<{ readonly log: string; readonly path: string }> {
  const git = findProgram('git');
  if (git === undefined) {
    throw new BenchError('git is not installed');
  }
  const bin = join(directory, 'bin');
  const log = join(directory, 'git.log');
  await mkdir(bin, { recursive: true });
  const script = `#!/bin/sh
echo "$*" >> '${log}'
case "$1" in
  cat-file) tee -a '${log}' | '${git}' "$@" ;;
  *) exec '${git}' "$@" ;;
esac
`;
  await writeFile(join(bin, 'git'), script);
  await chmod(join(bin, 'git'), 0o755);
  await writeFile(log, '');
  return { log, path: `${bin}${delimiter}${process.env['PATH'] ?? ''}` };
}
