import { Agent, request } from 'node:http';
import { text } from 'node:stream/consumers';

import type { WatchProtocol } from '../../watching/watch-protocol.ts';

import { BenchError } from '../../errors.ts';
import { EtcdClient, WATCH_METHOD, watchRequest } from '../../registry/etcd-client.ts';
import { grpcWatch } from '../../watching/grpc-watch.ts';
import { webSocketWatch } from '../../watching/web-socket-watch.ts';
import { configurationOf, ENVIRONMENT, MARKED_KEY } from './fanout-configuration.ts';

/** One side of the comparison: something that keeps the configurations of services and tells of changes to them. */
export interface FanoutSide extends Disposable {
  readonly name: string;
  /** How one subscriber follows the service, over a connection of its own. */
  following(service: string): WatchProtocol;
  /** Changes the service's configuration so that it holds the mark; resolves when the write is acknowledged. */
  write(service: string, mark: string): Promise<void>;
}

/** Administration over one kept connection, as a pipeline's client does it. */
export function configServerSide(port: number): FanoutSide {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  return {
    name: 'config-server',
    following: (service) => {
      const subscription = { type: 'subscribe', service, environment: ENVIRONMENT };
      return webSocketWatch({ port, path: '/ws', request: JSON.stringify(subscription) });
    },
    write: async (service, mark) => {
      const update = { service, environment: ENVIRONMENT, set: { [MARKED_KEY]: mark } };
      await post({ port, agent }, '/admin/update', JSON.stringify(update));
    },
    [Symbol.dispose]: () => {
      agent.destroy();
    },
  };
}

async function post(to: { port: number; agent: Agent }, path: string, body: string): Promise<void> {
  const sent = request({
    ...to,
    host: '127.0.0.1',
    path,
    method: 'POST',
    headers: { 'content-type': 'application/json' },
  });
  const { promise, resolve, reject } = Promise.withResolvers<undefined>();
  sent.on('error', reject);
  sent.on('response', (answer) => {
    text(answer).then((answered) => {
      if (answer.statusCode === 200) {
        resolve(undefined);
      } else {
        reject(new BenchError(`an update was answered ${String(answer.statusCode)}: ${answered}`));
      }
    }, reject);
  });
  sent.end(body);
  await promise;
}

/** A key per service, with the effective configuration as its value. */
export function etcdSide(port: number): FanoutSide {
  const client = new EtcdClient(port);
  return {
    name: 'etcd',
    following: (service) => grpcWatch({ port, method: WATCH_METHOD, request: watchRequest(keyOf(service)) }),
    write: (service, mark) => client.put(keyOf(service), JSON.stringify(configurationOf(mark)), NO_LEASE),
    [Symbol.dispose]: () => {
      client.close();
    },
  };
}

const NO_LEASE = '0';

function keyOf(service: string): string {
  return `/configurations/${service}`;
}
