import { type Instance, RegisterRequest, WatchRequest } from '@signalbox/schemas';

import { type JsonAnswer, type JsonRequest, JsonServer, type JsonSocket } from './json-server.ts';
import { Mailbox } from './mailbox.ts';

const TTL_MS = 30_000;
const INSTANCE = /^\/api\/v1\/services\/(?<service>[^/]+)\/instances\/(?<id>[^/]+)(?<part>\/lease|\/status)?$/;

export interface Call {
  readonly did: string;
  readonly id: string;
  readonly body: unknown;
}

/** A registry that keeps what it is told until it forgets it; no lease lapses. */
export class FakeRegistry implements AsyncDisposable {
  /** What instances asked for, in order: `PUT`, `PUT /lease`, `PUT /status`, `DELETE`. */
  readonly calls = new Mailbox<Call>();
  /** What watchers said. */
  readonly requests = new Mailbox<WatchRequest>();
  readonly authorizations = new Set<string | undefined>();
  readonly #instances = new Map<string, Instance>();
  #epoch = 1;
  #sequence = 1;
  #trouble: ((request: JsonRequest) => JsonAnswer | undefined) | undefined;
  #server: JsonServer | undefined;

  static async start(): Promise<FakeRegistry> {
    const fake = new FakeRegistry();
    fake.#server = await JsonServer.start({
      answer: (request) => {
        fake.authorizations.add(request.headers.authorization);
        return fake.#trouble?.(request) ?? fake.#answer(request);
      },
      receive: (message, socket) => {
        fake.#receive(WatchRequest.parse(message), socket);
      },
    });
    return fake;
  }

  get server(): JsonServer {
    if (this.#server === undefined) {
      throw new Error('not started');
    }
    return this.#server;
  }

  get port(): number {
    return this.server.port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  get ids(): string[] {
    return [...this.#instances.keys()];
  }

  get(id: string): Instance | undefined {
    return this.#instances.get(id);
  }

  /** Answers as the function says from now on, and as usual where it says nothing. */
  troubleWith(trouble: ((request: JsonRequest) => JsonAnswer | undefined) | undefined): void {
    this.#trouble = trouble;
  }

  put(...instances: Instance[]): void {
    for (const instance of instances) {
      this.#instances.set(instance.id, instance);
    }
    this.#tell(instances, []);
  }

  remove(id: string): void {
    const instance = this.#instances.get(id);
    this.#instances.delete(id);
    if (instance !== undefined) {
      this.#tell([], [instance]);
    }
  }

  /** A new epoch, with what is known or without; sockets stay as they are. */
  restart({ knowing }: { knowing: 'all' | 'nothing' }): void {
    this.#epoch += 1;
    this.#sequence = 1;
    if (knowing === 'nothing') {
      this.#instances.clear();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.server[Symbol.asyncDispose]();
  }

  get #revision(): number {
    return this.#epoch * 2 ** 32 + this.#sequence;
  }

  #tell(upserted: Instance[], removed: Instance[]): void {
    this.#sequence += 1;
    const [service] = [...upserted, ...removed].map((instance) => instance.service);
    const ids = removed.map(({ id }) => id);
    this.server.broadcast({ type: 'delta', service, revision: this.#revision, upserted, removed: ids });
  }

  #answer({ method, path, body }: JsonRequest): JsonAnswer {
    const { service = '', id = '', part = '' } = INSTANCE.exec(path)?.groups ?? {};
    this.calls.put({ did: `${method} ${part}`.trim(), id, body });
    if (method === 'PUT' && part === '') {
      this.put(toInstance({ service, id }, body));
      return { status: 201, body: { service, id, lease: leaseOf(this.get(id)), revision: this.#revision } };
    }
    const known = this.get(id);
    if (known === undefined) {
      const code = 'registry/unknown-instance';
      return { status: 404, body: { type: 'about:blank', title: 'Unknown', status: 404, detail: id, code } };
    }
    return method === 'DELETE' ? this.#deregister(id) : this.#amend(known, part);
  }

  #deregister(id: string): JsonAnswer {
    this.remove(id);
    return { status: 204 };
  }

  #amend(instance: Instance, part: string): JsonAnswer {
    if (part === '/lease') {
      return { status: 200, body: { ...leaseOf(instance), revision: this.#revision } };
    }
    this.put({ ...instance, status: 'draining' });
    return { status: 200, body: instance };
  }

  #receive(request: WatchRequest, socket: JsonSocket): void {
    if (request.type === 'watch') {
      const { service } = request;
      const revision = this.#revision;
      const instances = [...this.#instances.values()].filter((instance) => instance.service === service);
      socket.send(
        request.revision === revision
          ? { type: 'delta', service, revision, upserted: [], removed: [] }
          : { type: 'snapshot', service, revision, instances },
      );
    }
    this.requests.put(request);
  }
}

/** An instance of `products` in `default` that is up, unless told otherwise. */
export function anInstance(own: Partial<Instance> = {}): Instance {
  return {
    service: 'products',
    id: 'products-1',
    environment: 'default',
    scheme: 'http',
    address: '127.0.0.1',
    port: 1,
    tags: [],
    meta: {},
    weight: 1,
    status: 'up',
    checks: [],
    registeredAt: '2026-01-01T00:00:00.000Z',
    lease: { ttlMs: TTL_MS, renewEveryMs: TTL_MS / 3 },
    ...own,
  };
}

function toInstance(key: { service: string; id: string }, body: unknown): Instance {
  const { ttlMs, checks, ...own } = RegisterRequest.parse(body);
  return anInstance({
    ...own,
    ...key,
    checks: checks.map(({ name = 'check' }) => ({ name, status: 'pass' })),
    lease: ttlMs === null ? null : { ttlMs, renewEveryMs: Math.floor(ttlMs / 3) },
  });
}

function leaseOf(instance: Instance | undefined) {
  return instance?.lease ?? null;
}
