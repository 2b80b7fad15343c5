import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

import { OWNER_LABEL } from '@signalbox/testkit';

const execute = promisify(execFile);

/** An engine that takes longer hangs. */
const ANSWER_LIMIT_MS = 60_000;
/** Longer than an image of 150 MB takes on a slow line, and than an engine without a network takes to give up. */
const PULL_LIMIT_MS = 120_000;

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
  const { stdout } = await execute('docker', args, { timeout });
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
