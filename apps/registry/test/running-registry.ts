import { once } from 'node:events';
import { WebSocket } from 'ws';

import { type Clock, systemClock } from '@signalbox/clock';
import { Instance, WatchMessage } from '@signalbox/schemas';

import { startRegistry } from '../src/app.ts';
import { RegistrySettings } from '../src/config.ts';

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
}

export interface Asking {
  readonly body?: unknown;
  readonly token?: string;
  readonly signal?: AbortSignal;
}

/** A registry on a port of its own, spoken to over real sockets. */
export class RunningRegistry implements AsyncDisposable {
  readonly url: string;
  readonly close: () => Promise<void>;

  private constructor(port: number, close: () => Promise<void>) {
    this.url = `http://127.0.0.1:${port}`;
    this.close = close;
  }

  static async start(settings: Record<string, string>, clock: Clock = systemClock): Promise<RunningRegistry> {
    const running = await startRegistry({
      settings: RegistrySettings.parse({ port: '0', logLevel: 'silent', ...settings }),
      clock,
      pid: process.pid,
    });
    return new RunningRegistry(running.address.port, () => running.close());
  }

  async ask(method: string, path: string, { body, token, signal }: Asking = {}): Promise<Answer> {
    const response = await fetch(`${this.url}${path}`, {
      method,
      headers: {
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      ...(signal && { signal }),
    });
    const text = await response.text();
    const parsed: unknown = text === '' ? undefined : JSON.parse(text);
    return { status: response.status, headers: response.headers, body: parsed };
  }

  /** Registers an instance of `orders` on loopback, but for what a test says otherwise. */
  async register(id: string, over: Record<string, unknown> = {}, service = 'orders'): Promise<Answer> {
    const body = { address: '127.0.0.1', port: 8_080, ...over };
    return await this.ask('PUT', `/api/v1/services/${service}/instances/${id}`, { body });
  }

  async list(service = 'orders', query = ''): Promise<{ revision: number; instances: Instance[] }> {
    const { body } = await this.ask('GET', `/api/v1/services/${service}/instances${query}`);
    const { revision, instances } = body as { revision: number; instances: unknown[] }; // parsed on the next line
    return { revision, instances: instances.map((instance) => Instance.parse(instance)) };
  }

  async watch(token?: string): Promise<WatchClient> {
    return await WatchClient.connect(this.url, token);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}

/** A watcher that hands out messages in their order, waiting for those that have not come. */
export class WatchClient implements Disposable {
  readonly socket: WebSocket;
  /** The code that the socket is closed with. */
  readonly closed: Promise<number>;
  readonly #arrived: WatchMessage[] = [];
  readonly #awaited: ((message: WatchMessage) => void)[] = [];

  private constructor(socket: WebSocket) {
    const { promise, resolve } = Promise.withResolvers<number>();
    this.socket = socket;
    this.closed = promise;
    socket.on('close', resolve);
    socket.on('error', () => undefined); // told by the close that follows
    socket.on('message', (data: Buffer) => {
      const message = WatchMessage.parse(JSON.parse(data.toString()));
      const awaited = this.#awaited.shift();
      if (awaited === undefined) {
        this.#arrived.push(message);
      } else {
        awaited(message);
      }
    });
  }

  /** Rejects when the registry refuses the socket. */
  static async connect(url: string, token?: string): Promise<WatchClient> {
    const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
    const client = new WatchClient(new WebSocket(`${url.replace('http', 'ws')}/api/v1/watch`, { headers }));
    await once(client.socket, 'open');
    return client;
  }

  say(message: unknown): void {
    this.socket.send(typeof message === 'string' ? message : JSON.stringify(message));
  }

  async next(): Promise<WatchMessage> {
    const arrived = this.#arrived.shift();
    if (arrived !== undefined) {
      return arrived;
    }
    const { promise, resolve } = Promise.withResolvers<WatchMessage>();
    this.#awaited.push(resolve);
    return await promise;
  }

  [Symbol.dispose](): void {
    this.socket.terminate();
  }
}
