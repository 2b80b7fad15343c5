import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

import { OWNER_LABEL } from '@signalbox/testkit';

const execute = promisify(execFile);

/** An engine that takes longer hangs. */
const ANSWER_LIMIT_MS = 60_000;
/** Longer than an image of 150 MB takes on a slow line, and than an engine without a network takes to give up. */
const PULL_LIMIT_MS = 120_000;

/** Longer than an installation from an empty cache and a compilation of everything take on two busy cores. */
const BUILD_LIMIT_MS = 1_200_000;
/** What a failed build printed is told whole. */
const MAX_OUTPUT_BYTES = 64 * 1024 * 1024;

export interface ImageBuild {
  /** Names the image, whatever bore the name before. */
  readonly tag: string;
  /** The directory that is sent to the engine. */
  readonly context: string;
  /** Path of the Dockerfile. */
  readonly dockerfile: string;
  /** Values of the ARGs; undefined passes on a variable of this process's environment, where there is one. */
  readonly arguments: Readonly<Record<string, string | undefined>>;
}

/** The Docker engine that the `docker` command talks to. */
export class Engine {
  /** Why there is no engine to work with; undefined when one answers. */
  async trouble(): Promise<string | undefined> {
    try {
      await docker(['version', '--format', '{{.Server.Version}}']);
      return undefined;
    } catch (error) {
      const isInstalled = (error as NodeJS.ErrnoException).code !== 'ENOENT'; // what execFile throws
      return isInstalled ? 'no Docker engine answers' : 'Docker is not installed';
    }
  }

  /** Whether an image is there, after pulling it if it was not. */
  async provides(image: string): Promise<boolean> {
    return (await succeeds(['image', 'inspect', image])) || (await succeeds(['pull', '--quiet', image], PULL_LIMIT_MS));
  }

  /** Builds an image on the network of this machine, and resolves with its id. Rejects with what the build printed. */
  async build({ tag, context, dockerfile, arguments: values }: ImageBuild): Promise<string> {
    const buildArguments = Object.entries(values).flatMap(([name, value]) => [
      '--build-arg',
      value === undefined ? name : `${name}=${value}`,
    ]);
    const options = [
      '--quiet',
      '--force-rm',
      '--network',
      'host',
      '--tag',
      tag,
      '--file',
      dockerfile,
      ...buildArguments,
    ];
    const id = await docker(['build', ...options, context], BUILD_LIMIT_MS);
    return id.trim();
  }

  /** What an image takes on disk, layers that it shares included. */
  async sizeOf(image: string): Promise<number> {
    return Number(await docker(['image', 'inspect', '--format', '{{.Size}}', image]));
  }

  /** Whose containers, running or not, and networks there are, as far as tests made them. */
  async owners(): Promise<ReadonlySet<string>> {
    const labelled = ['--filter', `label=${OWNER_LABEL}`, '--format', `{{.Label "${OWNER_LABEL}"}}`];
    const [containers, networks] = await Promise.all([
      lines(['ps', '--all', ...labelled]),
      lines(['network', 'ls', ...labelled]),
    ]);
    return new Set([...containers, ...networks]);
  }

  /** Removes every container of an owner, with what it stored, and every network. */
  async removeAllOf(owner: string): Promise<void> {
    const ids = await lines(['ps', '--all', '--quiet', '--filter', `label=${OWNER_LABEL}=${owner}`]);
    if (ids.length > 0) {
      await docker(['rm', '--force', '--volumes', ...ids]);
    }
    const networks = await lines(['network', 'ls', '--quiet', '--filter', `label=${OWNER_LABEL}=${owner}`]);
    if (networks.length > 0) {
      await docker(['network', 'rm', ...networks]);
    }
  }
}

async function docker(args: readonly string[], timeout = ANSWER_LIMIT_MS): Promise<string> {
  const { stdout } = await execute('docker', args, { timeout, maxBuffer: MAX_OUTPUT_BYTES });
  return stdout;
}

async function succeeds(args: readonly string[], timeout?: number): Promise<boolean> {
  try {
    await docker(args, timeout);
    return true;
  } catch {
    return false; // the question was whether it would
  }
}

async function lines(args: readonly string[]): Promise<string[]> {
  const output = await docker(args);
  return output.split('\n').filter((line) => line !== '');
}
