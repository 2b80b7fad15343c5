import { execFile, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';

import { containerOwner, OWNER_LABEL } from '@signalbox/testkit';

const execute = promisify(execFile);

/** What is waited for a container to say or become something. */
const PATIENCE_MS = 30_000;

export interface AppContainerOptions {
  readonly environment?: Readonly<Record<string, string>>;
  /** Directories and files of this machine by the path at which they are read. */
  readonly mounts?: Readonly<Record<string, string>>;
  /** Port that is published on a loopback port of this machine. */
  readonly port?: number;
  readonly network?: TestNetwork;
  /** Its name in the network. */
  readonly alias?: string;
  /** Instead of the image's own. */
  readonly command?: readonly string[];
}

/** A container as careful a deployment starts it: no capabilities, and nothing to write to but its volume and `/tmp`. */
export class AppContainer implements AsyncDisposable {
  readonly #id: string;

  private constructor(id: string) {
    this.#id = id;
  }

  static async start(image: string, options: AppContainerOptions = {}): Promise<AppContainer> {
    const hardened = ['--read-only', '--tmpfs', '/tmp', '--cap-drop', 'ALL', '--security-opt', 'no-new-privileges'];
    const owned = ['--label', `${OWNER_LABEL}=${containerOwner()}`, '--health-interval', '1s'];
    const args = [...hardened, ...owned, ...flagsOf(options), image, ...(options.command ?? [])];
    return new AppContainer(await docker('run', '--detach', ...args));
  }

  /** What the engine knows of it, by a Go template. */
  inspect(template: string): Promise<string> {
    return docker('inspect', '--format', template, this.#id);
  }

  /** Where a published port is reached from this machine. */
  async url(port: number): Promise<string> {
    return `http://${await docker('port', this.#id, `${port}/tcp`)}`;
  }

  async output(...command: string[]): Promise<string> {
    return await docker('exec', this.#id, ...command);
  }

  /** The first line that it logs, or has logged, with this text. */
  async logged(text: string): Promise<string> {
    return await firstLine(['logs', '--follow', this.#id], text);
  }

  /** Resolves once its HEALTHCHECK passes. */
  async becomesHealthy(): Promise<void> {
    await firstLine(['events', '--since', '0', '--filter', `container=${this.#id}`], 'health_status: healthy');
  }

  /** Resolves with its exit code and what it printed on standard error, once it has ended by itself. */
  async ended(): Promise<{ readonly exitCode: number; readonly stderr: string }> {
    const exitCode = Number(await docker('wait', this.#id));
    const { stderr } = await execute('docker', ['logs', this.#id]);
    return { exitCode, stderr };
  }

  /** Sends SIGTERM; resolves with the exit code, which is 137 of what had to be killed ten seconds later. */
  async stop(): Promise<number> {
    await docker('stop', '--time', '10', this.#id);
    return Number(await this.inspect('{{.State.ExitCode}}'));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await docker('rm', '--force', '--volumes', this.#id);
  }
}

/** A network of a test's own, whose containers find each other by their aliases. */
export class TestNetwork implements AsyncDisposable {
  readonly id: string;

  private constructor(id: string) {
    this.id = id;
  }

  static async create(name: string): Promise<TestNetwork> {
    const label = `${OWNER_LABEL}=${containerOwner()}`;
    return new TestNetwork(await docker('network', 'create', '--label', label, name));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await docker('network', 'rm', this.id);
  }
}

function flagsOf({ environment = {}, mounts = {}, port, network, alias }: AppContainerOptions): string[] {
  return [
    ...Object.entries(environment).flatMap(([name, value]) => ['--env', `${name}=${value}`]),
    ...Object.entries(mounts).flatMap(([target, source]) => ['--volume', `${source}:${target}:ro`]),
    ...(port === undefined ? [] : ['--publish', `127.0.0.1::${port}`]),
    ...(network === undefined ? [] : ['--network', network.id]),
    ...(alias === undefined ? [] : ['--network-alias', alias]),
  ];
}

/** The first line with this text that a command of docker prints; the command is ended then. Rejects where it ends without one. */
async function firstLine(args: readonly string[], text: string): Promise<string> {
  const child = spawn('docker', args, { stdio: ['ignore', 'pipe', 'ignore'], timeout: PATIENCE_MS });
  try {
    for await (const line of createInterface(child.stdout)) {
      if (line.includes(text)) {
        return line;
      }
    }
    throw new Error(`docker ${args.join(' ')} ended without "${text}"`);
  } finally {
    child.kill();
  }
}

async function docker(...args: string[]): Promise<string> {
  const { stdout } = await execute('docker', args);
  return stdout.trim();
}
