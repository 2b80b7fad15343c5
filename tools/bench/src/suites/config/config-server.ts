import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { freePort } from '@signalbox/testkit';

import { builtApp } from '../../built-app.ts';
import { BenchError } from '../../errors.ts';
import { addressOf, answersOk, type Site } from '../../gateway/site.ts';
import { onCore, Program } from '../../programs.ts';

export interface ConfigServerOptions {
  /** Of its own; removed by whoever made it. */
  readonly directory: string;
  /** What the repository begins with: path to content. */
  readonly files: Readonly<Record<string, string>>;
  /** The one core that it runs on; all of them when left out. */
  readonly core?: number;
  /** Beside the ones that it can not do without. */
  readonly environment?: Readonly<Record<string, string>>;
}

export interface ReadAnswer {
  readonly body: Buffer;
  readonly contentType: string;
  readonly etag: string;
}

/** A config-server on loopback with its defaults: embedded repository, auth, metrics, log. */
export class ConfigServer implements AsyncDisposable, Site {
  readonly port: number;
  readonly program: Program;

  private constructor(port: number, program: Program) {
    this.port = port;
    this.program = program;
  }

  static async start({ directory, files, core, environment }: ConfigServerOptions): Promise<ConfigServer> {
    const seed = join(directory, 'seed');
    for (const [path, content] of Object.entries(files)) {
      await mkdir(dirname(join(seed, path)), { recursive: true });
      await writeFile(join(seed, path), content);
    }
    const port = await freePort();
    const command = await builtApp('config-server');
    const program = await Program.start('config-server', core === undefined ? command : onCore(core, command), {
      env: {
        SIGNALBOX_PORT: String(port),
        SIGNALBOX_DATA_DIR: join(directory, 'data'),
        SIGNALBOX_SEED_DIR: seed,
        ...environment,
      },
      isReady: () => answersOk(addressOf(port, '/health/ready')),
    });
    return new ConfigServer(port, program);
  }

  /** What is answered to a read. Throws a BenchError for any other answer than 200. */
  async read(path: string): Promise<ReadAnswer> {
    const answer = await fetch(addressOf(this.port, path));
    const body = Buffer.from(await answer.arrayBuffer());
    if (!answer.ok) {
      throw new BenchError(`${path} was answered ${answer.status}: ${body.toString()}`);
    }
    return { body, contentType: answer.headers.get('content-type') ?? '', etag: answer.headers.get('etag') ?? '' };
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.program.stop();
  }
}
