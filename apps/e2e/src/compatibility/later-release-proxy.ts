import type { AddressInfo } from 'node:net';

import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { WebSocket, WebSocketServer } from 'ws';

import { withUnknownMembers } from './unknown-members.ts';

/** Which side of the proxy is of a later release: what it says has members that the other does not know. */
export type LaterSide = 'client' | 'server';

/** Paths whose answer is a configuration as it is: the user's, and not the contract's. */
const CONFIGURATION = /^\/config\/[^/]+\/[^/?]+(?:\?|$)/;

/** Stands between a client and a server and makes one of them look like one of a later release. */
export class LaterReleaseProxy implements AsyncDisposable {
  readonly #server: Server;
  readonly #sockets = new WebSocketServer({ noServer: true });
  readonly #target: string;
  readonly #later: LaterSide;
  #rewritten = 0;

  private constructor(target: string, later: LaterSide) {
    this.#target = target;
    this.#later = later;
    this.#server = createServer((request, response) => {
      this.#forward(request, response).catch((error: unknown) => response.writeHead(502).end(String(error)));
    });
    this.#server.on('upgrade', (request, socket, head) => {
      this.#sockets.handleUpgrade(request, socket, head, (client) => {
        this.#join(client, request.url ?? '/');
      });
    });
  }

  static async start(target: string, later: LaterSide): Promise<LaterReleaseProxy> {
    const proxy = new LaterReleaseProxy(target, later);
    proxy.#server.listen(0, '127.0.0.1');
    await once(proxy.#server, 'listening');
    return proxy;
  }

  get url(): string {
    const { port } = this.#server.address() as AddressInfo; // a TCP server that listens has an AddressInfo
    return `http://127.0.0.1:${port}`;
  }

  /** How many messages had members added so far. */
  get rewritten(): number {
    return this.#rewritten;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const client of this.#sockets.clients) {
      client.terminate();
    }
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  async #forward(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = 'GET', url: path = '/' } = request;
    const asked = await text(request);
    const answer = await fetch(this.#target + path, {
      method,
      headers: endToEnd(Object.entries(request.headers) as [string, string][]), // our clients send no lists
      ...(asked !== '' && { body: this.#rewrite(asked, 'client') }),
    });
    const answered = await answer.text();
    response.writeHead(answer.status, endToEnd([...answer.headers]));
    response.end(CONFIGURATION.test(path) ? answered : this.#rewrite(answered, 'server'));
  }

  #join(client: WebSocket, path: string): void {
    const server = new WebSocket(this.#target.replace('http', 'ws') + path);
    const waiting: string[] = [];
    client.on('message', (message: Buffer) => {
      const said = this.#rewrite(message.toString(), 'client');
      if (server.readyState === WebSocket.OPEN) {
        server.send(said);
      } else {
        waiting.push(said);
      }
    });
    server.on('open', () => {
      waiting.splice(0).forEach((said) => {
        server.send(said);
      });
      this.#sayMore(client);
    });
    server.on('message', (message: Buffer) => {
      client.send(this.#rewrite(message.toString(), 'server'));
    });
    server.on('close', () => {
      client.close();
    });
    client.on('close', () => {
      server.close();
    });
  }

  /** A message of a type that an earlier client does not know. */
  #sayMore(client: WebSocket): void {
    if (this.#later === 'server') {
      client.send(JSON.stringify({ type: 'of-a-later-release', laterMember: 1 }));
    }
  }

  #rewrite(message: string, by: LaterSide): string {
    if (by !== this.#later || message === '') {
      return message;
    }
    this.#rewritten += 1;
    return JSON.stringify(withUnknownMembers(JSON.parse(message)));
  }
}

/** Without what belongs to one connection, or to the body as it was. */
function endToEnd(headers: readonly (readonly [string, string])[]): Record<string, string> {
  return Object.fromEntries(headers.filter(([name]) => !['host', 'connection', 'content-length'].includes(name)));
}
