import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, type Dispatcher } from 'undici';

import { freePort } from '@signalbox/testkit';

import type { RegistryConnection, RegistryContender } from './contender.ts';
import type { BenchInstance } from './instances.ts';

import { BenchError } from '../errors.ts';
import { answersOk } from '../gateway/site.ts';
import { onCore, Program } from '../programs.ts';
import { webSocketWatch } from '../watching/web-socket-watch.ts';

const CREATED = 201;
const OK = 200;

export interface SignalboxConnection extends RegistryConnection {
  renewMany(instances: readonly BenchInstance[]): Promise<void>;
}

export interface SignalboxRegistry extends RegistryContender {
  readonly connections: readonly SignalboxConnection[];
}

/** Our registry with its defaults, in a directory of its own. */
export async function startSignalbox(
  command: readonly string[],
  options: { core: number; connections: number },
): Promise<SignalboxRegistry> {
  const directory = await mkdtemp(join(tmpdir(), 'signalbox-bench-registry-'));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const program = await Program.start('registry', onCore(options.core, command), {
    cwd: directory,
    env: { SIGNALBOX_PORT: String(port), SIGNALBOX_DATA_DIR: directory },
    isReady: () => answersOk(`${url}/health/ready`),
  });
  const clients = Array.from({ length: options.connections }, () => new Client(url));
  return {
    name: 'signalbox',
    pid: program.pid,
    connections: clients.map(toConnection),
    watching: (service) =>
      webSocketWatch({ port, path: '/api/v1/watch', request: JSON.stringify({ type: 'watch', service }) }),
    stop: async () => {
      await Promise.all(clients.map((client) => client.destroy()));
      await program.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

const JSON_TYPE = { 'content-type': 'application/json' };

function toConnection(client: Client): SignalboxConnection {
  return {
    register: async (instance) => {
      await ask(client, { method: 'PUT', path: pathOf(instance), headers: JSON_TYPE, body: instance.registration });
    },
    renew: async (instance) => {
      await ask(client, { method: 'PUT', path: `${pathOf(instance)}/lease` });
    },
    discover: async (service) => {
      const answer = await ask(client, { method: 'GET', path: `/api/v1/services/${service}/instances` });
      return (answer as { instances: unknown[] }).instances.length;
    },
    renewMany: async (instances) => {
      const body = JSON.stringify({ instances: instances.map(({ service, id }) => ({ service, id })) });
      const answer = await ask(client, { method: 'POST', path: '/api/v1/leases/renew', headers: JSON_TYPE, body });
      const { renewed } = answer as { renewed: number };
      if (renewed !== instances.length) {
        throw new BenchError(`the registry renewed ${renewed} of ${instances.length} leases`);
      }
    },
  };
}

function pathOf({ service, id }: BenchInstance): string {
  return `/api/v1/services/${service}/instances/${id}`;
}

async function ask(client: Client, request: Dispatcher.RequestOptions): Promise<unknown> {
  const { statusCode, body } = await client.request(request);
  const text = await body.text();
  if (statusCode !== OK && statusCode !== CREATED) {
    throw new BenchError(`the registry answered ${request.method} ${request.path} with ${statusCode}: ${text}`);
  }
  return JSON.parse(text);
}
