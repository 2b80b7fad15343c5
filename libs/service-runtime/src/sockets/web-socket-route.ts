import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';

import { type WebSocket, WebSocketServer } from 'ws';

import type { Clock } from '@signalbox/clock';

import type { AccessControl } from '../auth/access-control.ts';
import type { Identity } from '../auth/permissions.ts';
import type { Service } from '../service.ts';

import { requireInteger } from '../integer-option.ts';

export interface WebSocketRouteOptions {
  readonly path: string;
  readonly clock: Clock;
  /** Largest message taken from a client, in bytes from 1 to 104857600; a larger one closes the socket with 1009. @default 65536 */
  readonly maxPayloadBytes?: number;
  /** A peer that has not answered the last ping when the next is due is cut off; milliseconds from 1 to 3600000. @default 15000 */
  readonly pingEveryMs?: number;
  /** Sockets open at a time, from 1 to 1000000; one more is refused with 503. @default 20000 */
  readonly maxSockets?: number;
  onConnection(socket: WebSocket, caller: { readonly identity: Identity; readonly request: IncomingMessage }): void;
}

const DEFAULTS = { maxPayloadBytes: 65_536, pingEveryMs: 15_000, maxSockets: 20_000 };

/** Going away (RFC 6455 section 7.4.1): the server stops, the client comes back to another or later. */
const GOING_AWAY = 1001;

const LINES = { 401: 'Unauthorized', 403: 'Forbidden', 404: 'Not Found', 503: 'Service Unavailable' } as const;

/**
 * Adds WebSocket routes to a service, closed to strangers and to pages of other origins (cross-site WebSocket hijacking).
 * Call it once, with every route of the service. Throws a RangeError for an option out of range. Sockets are closed with 1001 when the service closes.
 */
export function addWebSocketRoutes(service: Service, routes: readonly WebSocketRouteOptions[]): void {
  const endpoints = new Map(routes.map((route) => [route.path, new Endpoint(route)]));
  service.http.server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => socket.destroy());
    const endpoint = endpoints.get((request.url ?? '').replace(/\?.*$/s, ''));
    if (endpoint === undefined) {
      refuse(socket, 404);
      return;
    }
    const admitted = admit(request, service.access);
    if (typeof admitted === 'number' || endpoint.isFull) {
      refuse(socket, typeof admitted === 'number' ? admitted : 503);
      return;
    }
    endpoint.accept({ request, socket, head }, admitted);
  });
  service.http.addHook('preClose', async () => {
    await Promise.all([...endpoints.values()].map((endpoint) => endpoint.close()));
  });
}

function admit(request: IncomingMessage, access: AccessControl): Identity | 401 | 403 {
  const { origin, host } = request.headers;
  if (origin !== undefined && hostOf(origin) !== host) {
    return 403;
  }
  return access.identify(request.headers) ?? 401;
}

function hostOf(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).host : undefined;
}

function refuse(socket: Duplex, status: keyof typeof LINES): void {
  const answer = `HTTP/1.1 ${status} ${LINES[status]}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`;
  // A peer that never ends its side would hold the socket, and the closing of the server, for ever.
  socket.end(answer, () => socket.destroy());
}

class Endpoint {
  readonly #options: Required<WebSocketRouteOptions>;
  readonly #server: WebSocketServer;
  readonly #stop = new AbortController();
  readonly #awaitingPong = new WeakSet<WebSocket>();
  readonly #pinging: Promise<void>;

  constructor(options: WebSocketRouteOptions) {
    const {
      maxPayloadBytes = DEFAULTS.maxPayloadBytes,
      pingEveryMs = DEFAULTS.pingEveryMs,
      maxSockets = DEFAULTS.maxSockets,
    } = options;
    requireInteger('WebSocketRoute maxPayloadBytes', maxPayloadBytes, { from: 1, to: 104_857_600 });
    requireInteger('WebSocketRoute pingEveryMs', pingEveryMs, { from: 1, to: 3_600_000 });
    requireInteger('WebSocketRoute maxSockets', maxSockets, { from: 1, to: 1_000_000 });
    this.#options = { ...options, maxPayloadBytes, pingEveryMs, maxSockets };
    this.#server = new WebSocketServer({ noServer: true, maxPayload: this.#options.maxPayloadBytes });
    this.#pinging = this.#ping();
  }

  get isFull(): boolean {
    return this.#server.clients.size >= this.#options.maxSockets;
  }

  accept(upgrade: { request: IncomingMessage; socket: Duplex; head: Buffer }, identity: Identity): void {
    this.#server.handleUpgrade(upgrade.request, upgrade.socket, upgrade.head, (socket) => {
      socket.on('pong', () => this.#awaitingPong.delete(socket));
      socket.on('error', () => {
        socket.terminate();
      });
      this.#options.onConnection(socket, { identity, request: upgrade.request });
    });
  }

  async close(): Promise<void> {
    this.#stop.abort();
    for (const socket of this.#server.clients) {
      socket.close(GOING_AWAY);
      socket.terminate();
    }
    this.#server.close();
    await this.#pinging;
  }

  async #ping(): Promise<void> {
    const { clock, pingEveryMs } = this.#options;
    while (!this.#stop.signal.aborted) {
      await clock.sleep(pingEveryMs, this.#stop.signal).catch(() => undefined);
      for (const socket of this.#server.clients) {
        this.#pingOne(socket);
      }
    }
  }

  #pingOne(socket: WebSocket): void {
    if (this.#awaitingPong.has(socket)) {
      socket.terminate();
      return;
    }
    this.#awaitingPong.add(socket);
    socket.ping();
  }
}
