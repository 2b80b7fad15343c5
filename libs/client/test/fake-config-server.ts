import { ConfigSocketRequest, ConfigVerdictRequest } from '@signalbox/schemas';

import { type JsonAnswer, type JsonRequest, JsonServer, type JsonSocket } from './json-server.ts';
import { Mailbox } from './mailbox.ts';

export interface Served {
  readonly version: string;
  readonly etag: string;
  readonly configuration: Record<string, unknown>;
}

/** A config-server that serves one configuration to whoever asks, and remembers what it was told. */
export class FakeConfigServer implements AsyncDisposable {
  readonly received = new Mailbox<ConfigSocketRequest>();
  /** Paths with their queries of what was asked by HTTP. */
  readonly asked = new Mailbox<string>();
  readonly verdicts = new Mailbox<ConfigVerdictRequest>();
  readonly authorizations = new Set<string | undefined>();
  #served: Served;
  #trouble: JsonAnswer | undefined;
  #isPushingBodies = true;
  #areSocketsRefused = false;
  #socketsAsked = 0;
  readonly #waiting = new Set<() => void>();
  readonly #started: Promise<JsonServer>;
  #server: JsonServer | undefined;

  private constructor(served: Served) {
    this.#served = served;
    this.#started = JsonServer.start({
      answer: (request) => {
        this.authorizations.add(request.headers.authorization);
        this.asked.put(request.path);
        return this.#trouble ?? this.#answer(request);
      },
      admitsSocket: () => {
        this.#socketsAsked += 1;
        return !this.#areSocketsRefused;
      },
      receive: (message, socket) => {
        this.#receive(ConfigSocketRequest.parse(message), socket);
      },
    });
  }

  static async start(served: Served): Promise<FakeConfigServer> {
    const fake = new FakeConfigServer(served);
    fake.#server = await fake.#started;
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

  /** Another configuration from now on, of which nobody is told. */
  serve(served: Served): void {
    this.#served = served;
  }

  /** Another configuration, told to every subscriber. */
  change(served: Served): void {
    this.serve(served);
    this.server.broadcast(this.#changed());
    this.endPolls();
  }

  /** Answers whoever waits, as if the time were over. */
  endPolls(): void {
    this.#waiting.forEach((end) => {
      end();
    });
    this.#waiting.clear();
  }

  /** As a proxy that lets no WebSocket through. */
  refuseSockets(areRefused = true): void {
    this.#areSocketsRefused = areRefused;
  }

  /** How often a socket was asked for, refused or not. */
  get socketsAsked(): number {
    return this.#socketsAsked;
  }

  /** How many requests wait for a change. */
  get polls(): number {
    return this.#waiting.size;
  }

  /** Tells of changes without the body, as a real server does with large ones. */
  pushWithoutBodies(): void {
    this.#isPushingBodies = false;
  }

  /** Answers every request with this from now on; as usual again when undefined. */
  troubleWith(trouble: JsonAnswer | undefined): void {
    this.#trouble = trouble;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.server[Symbol.asyncDispose]();
  }

  async #answer({ path, headers, body }: JsonRequest): Promise<JsonAnswer> {
    if (path.endsWith('/verdicts')) {
      this.verdicts.put(ConfigVerdictRequest.parse(body));
      return { status: 204 };
    }
    const known = headers['if-none-match'] ?? '';
    if (known.includes(`"${this.#served.etag}"`) && !path.includes('wait=0ms')) {
      await new Promise<void>((resolve) => this.#waiting.add(resolve));
    }
    const { version, etag, configuration } = this.#served;
    const tags = { etag: `"${etag}"`, 'signalbox-version': version };
    return known.includes(`"${etag}"`)
      ? { status: 304, headers: tags }
      : { status: 200, headers: tags, body: configuration };
  }

  #receive(message: ConfigSocketRequest, socket: JsonSocket): void {
    if (message.type === 'subscribe') {
      const { version, etag } = this.#served;
      socket.send({ type: 'subscribed', service: 'orders', environment: 'production', version, etag });
      if (message.etag !== etag) {
        socket.send(this.#changed());
      }
    }
    this.received.put(message);
  }

  #changed() {
    const { version, etag, configuration } = this.#served;
    const pair = { service: 'orders', environment: 'production' };
    return { type: 'changed', ...pair, version, etag, ...(this.#isPushingBodies && { configuration }) };
  }
}
