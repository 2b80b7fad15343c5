import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { promisify } from 'node:util';

import type { FleetPorts } from './options.ts';

import { LaunchError } from './errors.ts';

const run = promisify(execFile);

/** Rejects with a LaunchError when git is missing or a port is taken: better told before anything runs. */
export async function preflight(ports: FleetPorts): Promise<void> {
  await requireGit();
  for (const [name, port] of Object.entries(ports)) {
    await requireFree(name, port as number); // Object.entries forgets the type of the values
  }
}

async function requireGit(): Promise<void> {
  try {
    await run('git', ['--version']);
  } catch (error) {
    throw new LaunchError('git is needed and was not found on the PATH', { cause: error });
  }
}

async function requireFree(name: string, port: number): Promise<void> {
  const server = createServer();
  server.listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
  } catch (error) {
    throw new LaunchError(`port ${port} is taken; choose another with --${name}-port`, { cause: error });
  }
  server.close();
  await once(server, 'close');
}
