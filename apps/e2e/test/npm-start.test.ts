import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, expect, it } from 'vitest';

import type { LaunchOptions } from '@signalbox/dev';

import { isolatedOptions } from '../src/platform.ts';
import { WorkingCopy } from '../src/working-copy.ts';

const LAUNCHER = join(import.meta.dirname, '..', '..', '..', 'tools', 'dev', 'src', 'main.ts');
const READY = 'Ctrl-C stops everything.';

/** What `npm start` runs, with its options on the command line. */
class Launch implements AsyncDisposable {
  readonly #child: ChildProcess;
  readonly #ended: Promise<unknown>;
  readonly #ready = Promise.withResolvers<undefined>();
  output = '';
  errors = '';

  constructor({ dataDirectory, ports }: LaunchOptions, environment: NodeJS.ProcessEnv = process.env) {
    const options = Object.entries(ports).map(([name, port]) => `--${name}-port=${String(port)}`);
    const args = ['--conditions=@signalbox/source', LAUNCHER, `--data-dir=${dataDirectory}`, ...options];
    this.#child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'], env: environment });
    this.#ended = once(this.#child, 'close');
    this.#follow();
  }

  /** Resolves when everything is ready; rejects when it ended before. */
  async ready(): Promise<void> {
    const early = this.#ended.then(() => Promise.reject(new Error(`ended early: ${this.errors}\n${this.output}`)));
    early.catch(() => undefined);
    await Promise.race([this.#ready.promise, early]);
  }

  async ended(): Promise<number | null> {
    await this.#ended;
    return this.#child.exitCode;
  }

  interrupt(): void {
    this.#child.kill('SIGINT');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.interrupt();
    await this.#ended;
  }

  #follow(): void {
    const { stdout, stderr } = this.#child;
    if (stdout === null || stderr === null) {
      throw new Error('the launcher is piped');
    }
    createInterface({ input: stdout }).on('line', (line) => {
      this.output += `${line}\n`;
      if (line === READY) {
        this.#ready.resolve(undefined);
      }
    });
    stderr.on('data', (chunk: Buffer) => (this.errors += String(chunk)));
  }
}

async function isListenedOn(port: number): Promise<boolean> {
  const server = createServer().listen(port, '127.0.0.1');
  const outcome = await Promise.race([
    once(server, 'listening').then(() => false),
    once(server, 'error').then(() => true),
  ]).catch(() => true);
  server.close();
  return outcome;
}

describe('npm start', () => {
  it('fills a repository on the first start, keeps what is there on later ones, and leaves nothing running', async () => {
    const options = await isolatedOptions();
    const repository = join(options.dataDirectory, 'config-server', 'config.git');

    await using first = new Launch(options);
    await first.ready();
    expect(first.output).toContain(`curl localhost:${options.ports.gateway}/api/orders`);
    expect(first.output.match(/^ {2}(curl|git) /gm)).toHaveLength(4);
    expect(first.output).toMatch(/^orders-1 +\| \d\d:\d\d:\d\d\.\d{3} info +listening on/m);
    await using copy = await WorkingCopy.clone(repository);
    const pushed = await copy.push({ 'web/production.yaml': 'banner: Mine\n' }, 'Say whose it is');

    first.interrupt();
    // Whatever had to be killed for not stopping in time would make this 1.
    expect(await first.ended()).toBe(0);
    const listenedOn = await Promise.all(Object.values(options.ports).map((port) => isListenedOn(Number(port))));
    expect(listenedOn).toEqual([false, false, false, false]);

    await using second = new Launch(options);
    await second.ready();
    const served = await fetch(`http://127.0.0.1:${options.ports.config}/config/web/production`);
    expect(served.headers.get('signalbox-version')).toBe(pushed);
    expect(await served.json()).toMatchObject({ banner: 'Mine' });

    await using third = new Launch({ ...(await isolatedOptions()), dataDirectory: options.dataDirectory });
    expect(await third.ended()).toBe(1);
    expect(third.errors).toMatch(/^signalbox: config-server: the data directory \S+ is in use by process \d+\n$/);
  });

  it('says in one line that a port is taken', async () => {
    const options = await isolatedOptions();
    const other = createServer().listen(options.ports.registry, '127.0.0.1');
    await once(other, 'listening');

    const launch = new Launch(options);

    expect(await launch.ended()).toBe(1);
    expect(launch.errors).toBe(
      `signalbox: port ${options.ports.registry} is taken; choose another with --registry-port\n`,
    );
    other.close();
    await rm(options.dataDirectory, { recursive: true });
  });

  it('says in one line that git is missing', async () => {
    const empty = await mkdtemp(join(tmpdir(), 'signalbox-empty-'));
    const launch = new Launch(await isolatedOptions(), { ...process.env, PATH: empty });

    expect(await launch.ended()).toBe(1);
    expect(launch.errors).toBe('signalbox: git is needed and was not found on the PATH\n');
    await rm(empty, { recursive: true });
  });

  it('stops what it had started when it is interrupted during the start', async () => {
    const options = await isolatedOptions();
    const launch = new Launch(options);
    const { promise: begun, resolve } = Promise.withResolvers<undefined>();
    const look = setInterval(() => {
      if (launch.output.includes('config-server')) {
        resolve(undefined);
      }
    }, 10);
    await begun;
    clearInterval(look);

    launch.interrupt();

    await launch.ended();
    expect(await isListenedOn(options.ports.config)).toBe(false);
    await rm(options.dataDirectory, { recursive: true, force: true });
  });
});
