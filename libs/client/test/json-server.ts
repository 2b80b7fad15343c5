import type { AddressInfo } from 'node:net';

import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { json } from 'node:stream/consumers';
import { type WebSocket, WebSocketServer } from 'ws';

export interface JsonRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: unknown;
}

export interface JsonAnswer {
  readonly status: number;
  readonly headers?: Record<string, string>;
  readonly body?: unknown;
}

export interface JsonServerOptions {
  readonly answer: (request: JsonRequest) => JsonAnswer | Promise<JsonAnswer>;
  /** Whether a WebSocket is let through now. @default all are */
  readonly admitsSocket?: () => boolean;
  readonly receive: (message: unknown, socket: JsonSocket) => void;
}

export interface JsonSocket {
  send(message: unknown): void;
}

/** JSON over HTTP and WebSockets on a port of loopback. */
export class JsonServer implements AsyncDisposable {
  readonly #http: Server;
  readonly #sockets: WebSocketServer;

  private constructor({ answer, receive, admitsSocket = () => true }: JsonServerOptions) {
    this.#http = createServer((request, response) => {
      void toJsonRequest(request).then(async (asked) => {
        const { status, headers, body } = await answer(asked);
        response.writeHead(status, { 'content-type': 'application/json', ...headers });
        response.end(body === undefined ? undefined : JSON.stringify(body));
      });
    });
    this.#sockets = new WebSocketServer({
      server: this.#http,
      // After a 401 Node's own WebSocket asks a second time.
      verifyClient: (_info: unknown, answer: (isAdmitted: boolean, status: number) => void) => {
        answer(admitsSocket(), 403);
      },
    });
    this.#sockets.on('connection', (socket) => {
      socket.on('message', (text: Buffer) => {
        receive(JSON.parse(String(text)), jsonOver(socket)); // ws gives text frames as one Buffer
      });
    });
  }

  static async start(options: JsonServerOptions): Promise<JsonServer> {
    const server = new JsonServer(options);
    server.#http.listen(0, '127.0.0.1');
    await once(server.#http, 'listening');
    return server;
  }

  get port(): number {
    return (this.#http.address() as AddressInfo).port; // a listening TCP server has an AddressInfo
  }

  get openSockets(): number {
    return this.#sockets.clients.size;
  }

  /** Resolves once every socket that is open now has been closed. */
  async untilNoSocket(): Promise<void> {
    await Promise.all([...this.#sockets.clients].map((socket) => once(socket, 'close')));
  }

  /** Sends to every open socket. */
  broadcast(message: unknown): void {
    this.#sockets.clients.forEach((socket) => {
      jsonOver(socket).send(message);
    });
  }

  /** Sends to every open socket what is no JSON. */
  broadcastText(text: string): void {
    this.#sockets.clients.forEach((socket) => {
      socket.send(text);
    });
  }

  /** Ends every open socket with a close frame. */
  closeSockets(code: number): void {
    this.#sockets.clients.forEach((socket) => {
      socket.close(code);
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#sockets.clients.forEach((socket) => {
      socket.terminate();
    });
    this.#http.close();
    this.#http.closeAllConnections();
    await once(this.#http, 'close');
  }
}

function jsonOver(socket: WebSocket): JsonSocket {
  return {
    send(message) {
      socket.send(JSON.stringify(message));
    },
  };
}

async function toJsonRequest(request: IncomingMessage): Promise<JsonRequest> {
  const { method = '', url = '', headers } = request;
  const hasBody = headers['content-type'] !== undefined;
  return { method, path: url, headers, body: hasBody ? await json(request) : undefined };
}
