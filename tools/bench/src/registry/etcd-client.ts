import { Client, type ClientDuplexStream, credentials } from '@grpc/grpc-js';
import { loadSync, type MethodDefinition, type ServiceDefinition } from '@grpc/proto-loader';
import { join } from 'node:path';

import { BenchError } from '../errors.ts';

const proto = loadSync(join(import.meta.dirname, 'etcd.proto'), { keepCase: true, longs: String, defaults: true });

function method(service: string, name: string): MethodDefinition<object, object> {
  const definition = (proto[`etcdserverpb.${service}`] as ServiceDefinition)[name]; // services alone are asked for
  if (definition === undefined) {
    throw new BenchError(`etcd.proto has no ${service}.${name}`);
  }
  return definition;
}

const RANGE = method('KV', 'Range');
const PUT = method('KV', 'Put');
const GRANT = method('Lease', 'LeaseGrant');
const KEEP_ALIVE = method('Lease', 'LeaseKeepAlive');
const WATCH = method('Watch', 'Watch');

export const WATCH_METHOD = WATCH.path;

/** The message by which a watcher of all keys with a prefix begins. */
export function watchRequest(prefix: string): Buffer {
  return WATCH.requestSerialize({ create_request: keysWith(prefix) });
}

/** An etcd client with a connection of its own and one stream of keep-alives, as etcd's own clients have. */
export class EtcdClient {
  readonly #client: Client;
  readonly #keepAlives: ClientDuplexStream<object, object>;
  #awaited: PromiseWithResolvers<object> | undefined;

  constructor(port: number) {
    this.#client = new Client(`127.0.0.1:${port}`, credentials.createInsecure(), {
      'grpc.use_local_subchannel_pool': 1,
    });
    const { path, requestSerialize, responseDeserialize } = KEEP_ALIVE;
    this.#keepAlives = this.#client.makeBidiStreamRequest(path, requestSerialize, responseDeserialize);
    this.#keepAlives.on('data', (answer: object) => this.#awaited?.resolve(answer));
    this.#keepAlives.on('error', (error) => this.#awaited?.reject(error));
  }

  /** A new lease; answers its id. */
  async grant(ttlSeconds: number): Promise<string> {
    const { ID } = (await this.#ask(GRANT, { TTL: ttlSeconds })) as { ID: string }; // as the proto says
    return ID;
  }

  async put(key: string, value: string, lease: string): Promise<void> {
    await this.#ask(PUT, { key: Buffer.from(key), value: Buffer.from(value), lease });
  }

  /** The values of all keys with a prefix. */
  async valuesWith(prefix: string): Promise<readonly Buffer[]> {
    const { kvs } = (await this.#ask(RANGE, keysWith(prefix))) as { kvs: { value: Buffer }[] }; // as the proto says
    return kvs.map(({ value }) => value);
  }

  /** One at a time. Rejects with a BenchError when the lease is not there. */
  async keepAlive(lease: string): Promise<void> {
    this.#awaited = Promise.withResolvers<object>();
    this.#keepAlives.write({ ID: lease });
    const { ID, TTL } = (await this.#awaited.promise) as { ID: string; TTL: string }; // as the proto says
    if (ID !== lease || Number(TTL) <= 0) {
      throw new BenchError(`etcd did not keep lease ${lease} alive`);
    }
  }

  close(): void {
    this.#keepAlives.on('error', () => undefined).cancel();
    this.#client.close();
  }

  async #ask({ path, requestSerialize, responseDeserialize }: MethodDefinition<object, object>, request: object) {
    const answered = Promise.withResolvers<object>();
    this.#client.makeUnaryRequest(path, requestSerialize, responseDeserialize, request, (error, answer) => {
      if (error === null && answer !== undefined) {
        answered.resolve(answer);
      } else {
        answered.reject(new BenchError(`etcd refused ${path}: ${error?.message ?? 'no answer'}`, { cause: error }));
      }
    });
    return await answered.promise;
  }
}

/** etcd's form of a prefix: from it to the first key behind all that begin with it. */
function keysWith(prefix: string) {
  const end = Buffer.from(prefix);
  end.writeUInt8(end.readUInt8(end.length - 1) + 1, end.length - 1);
  return { key: Buffer.from(prefix), range_end: end };
}
