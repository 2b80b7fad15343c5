import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { RegistryConnection, RegistryContender } from './contender.ts';

import { BenchError } from '../errors.ts';
import { startEtcdProgram } from '../etcd-program.ts';
import { onCore } from '../programs.ts';
import { grpcWatch } from '../watching/grpc-watch.ts';
import { EtcdClient, WATCH_METHOD, watchRequest } from './etcd-client.ts';
import { type BenchInstance, TTL_SECONDS } from './instances.ts';

/** One etcd in a directory of its own. */
export async function startEtcd(
  command: string,
  options: { core: number; connections: number },
): Promise<RegistryContender> {
  const directory = await mkdtemp(join(tmpdir(), 'signalbox-bench-etcd-'));
  const { program, port } = await startEtcdProgram(onCore(options.core, [command]), directory);
  const clients = Array.from({ length: options.connections }, () => new EtcdClient(port));
  const leases = new Map<string, string>();
  return {
    name: 'etcd',
    pid: program.pid,
    connections: clients.map((client) => toConnection(client, leases)),
    watching: (service) => grpcWatch({ port, method: WATCH_METHOD, request: watchRequest(prefixOf(service)) }),
    stop: async () => {
      clients.forEach((client) => {
        client.close();
      });
      await program.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** A lease, and a key under it for as long as it lives: how services are registered in etcd. */
function toConnection(client: EtcdClient, leases: Map<string, string>): RegistryConnection {
  return {
    register: async (instance) => {
      const lease = leases.get(instance.id) ?? (await client.grant(TTL_SECONDS));
      leases.set(instance.id, lease);
      await client.put(keyOf(instance), instance.registration, lease);
    },
    renew: async ({ id }) => {
      const lease = leases.get(id);
      if (lease === undefined) {
        throw new BenchError(`${id} has no lease`);
      }
      await client.keepAlive(lease);
    },
    discover: async (service) => {
      const values = await client.valuesWith(prefixOf(service));
      return values.length;
    },
  };
}

function prefixOf(service: string): string {
  return `/services/${service}/`;
}

function keyOf({ service, id }: BenchInstance): string {
  return prefixOf(service) + id;
}
