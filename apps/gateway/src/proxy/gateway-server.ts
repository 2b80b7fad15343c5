import type { Duplex } from 'node:stream';

import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, Server as NetServer, Socket } from 'node:net';

import type { Clock } from '@signalbox/clock';

import type { Deadlines } from '../deadlines/deadlines.ts';
import type { RouteTable } from '../routing/route-table.ts';
import type { AccessLog } from './access-log.ts';
import type { Client } from './client-answer.ts';
import type { ServedRoute } from './served-route.ts';
import type { Traffic } from './traffic.ts';

import { HeldWrites } from '../http1/held-writes.ts';
import { answerProblem } from './answer-problem.ts';
import { Exchange, type ExchangeContext } from './exchange.ts';
import { GatewayRequest } from './gateway-request.ts';
import { Peer, type PeerPolicy } from './peer.ts';
import { type GatewayProblem, toMessage } from './problems.ts';
import { readRequestHead, RequestHead } from './request-head.ts';
import { Tunnels } from './tunnels.ts';
import { responseOn } from './upgrade.ts';

export interface GatewayServerOptions {
  readonly clock: Clock;
  readonly deadlines: Deadlines;
  readonly traffic: Traffic;
  readonly log: AccessLog;
  readonly policy: PeerPolicy;
  /** A connection on which nothing moved for so long is closed, a WebSocket's too. */
  readonly idleTimeoutMs: number;
  /** WebSockets open at a time. */
  readonly maxWebSockets: number;
}

export interface ListenAddress {
  readonly host: string;
  readonly port: number;
  /** Whether other processes may listen there too; the system gives each connection to one of them. */
  readonly reusePort: boolean;
}

/** A head that takes longer is answered 408; so is a request that has not come as a whole within the other. */
const HEADERS_TIMEOUT_MS = 15_000;
const REQUEST_TIMEOUT_MS = 300_000;
const TIMEOUT_CHECKS_MS = 5_000;
/** How long an idle client connection is kept: longer than load balancers keep theirs (60 s), so that they close first. */
const KEEP_ALIVE_MS = 65_000;
const MAX_HEAD_BYTES = 16_384;
/** Requests under way on one connection: a client that pipelines more would take the room of all others. */
const MAX_PIPELINED = 100;
/** While draining, how long idle connections may still bring a request, to be told in its answer that they end. */
const FAREWELL_MS = 500;

const TOO_MANY: GatewayProblem = {
  code: 'gateway/overloaded',
  detail: `more than ${MAX_PIPELINED} requests are under way on this connection`,
};
const UNAVAILABLE: GatewayProblem = { code: 'gateway/not-ready', detail: 'the gateway has no routes yet' };

/** The data port: reads requests, finds their route, and has them exchanged. */
export class GatewayServer {
  readonly #options: GatewayServerOptions;
  readonly #server: Server<typeof GatewayRequest>;
  readonly #peers = new WeakMap<Socket, Peer>();
  /** Connections that Node handed over for an upgrade, and closes no more. */
  readonly #handedOver = new Set<Socket>();
  readonly #context: ExchangeContext;
  #table: RouteTable<ServedRoute> | undefined;

  constructor(options: GatewayServerOptions) {
    this.#options = options;
    this.#context = {
      deadlines: options.deadlines,
      writes: new HeldWrites(),
      tunnels: new Tunnels({ idleMs: options.idleTimeoutMs, maxOpen: options.maxWebSockets }),
      log: options.log,
      now: () => options.clock.now(),
      isDraining: false,
    };
    this.#server = createServer({
      IncomingMessage: GatewayRequest,
      requireHostHeader: false, // refused here instead, with a reason
      maxHeaderSize: MAX_HEAD_BYTES,
      headersTimeout: HEADERS_TIMEOUT_MS,
      requestTimeout: REQUEST_TIMEOUT_MS,
      connectionsCheckingInterval: TIMEOUT_CHECKS_MS,
      keepAliveTimeout: KEEP_ALIVE_MS,
      optimizeEmptyRequests: true,
      // behind a request that is not answered yet there is no connection to switch
      shouldUpgradeCallback: (request) => isWebSocketUpgrade(request) && !this.#peerOf(request.socket).isAwaitingAnswer,
    });
    this.#server.maxHeadersCount = 0; // counted here instead: beyond its own count Node drops fields silently
    this.#server.timeout = options.idleTimeoutMs;
    this.#listenToConnections();
  }

  get tunnels(): number {
    return this.#context.tunnels.count;
  }

  /** New requests are routed by this table from now on; those under way keep the route they have. */
  use(table: RouteTable<ServedRoute>): void {
    this.#table = table;
  }

  /** Rejects with the system's error when the address is taken. */
  async listen(address: ListenAddress): Promise<AddressInfo> {
    this.#server.listen(address);
    await once(this.#server, 'listening');
    return this.#server.address() as AddressInfo; // a TCP server that listens has an AddressInfo
  }

  /**
   * Takes no new connections, answers what is under way, and tells every client with its last answer that the connection ends. WebSockets
   * are closed with status 1001 at once, at both sides.
   * What is not done after `withinMs` is cut off.
   */
  async drain(withinMs: number): Promise<void> {
    const { clock } = this.#options;
    this.#context.isDraining = true;
    this.#context.tunnels.close();
    const closed = Promise.withResolvers<undefined>();
    // http.Server's own close would cut idle connections at once, in the middle of a request that is on its way
    NetServer.prototype.close.call(this.#server, () => {
      closed.resolve(undefined);
    });
    const ending = new AbortController();
    const cut = async () => {
      await clock.sleep(Math.min(FAREWELL_MS, withinMs), ending.signal);
      this.#server.closeIdleConnections();
      await clock.sleep(Math.max(0, withinMs - FAREWELL_MS), ending.signal);
      this.#server.closeAllConnections();
      this.#handedOver.forEach((socket) => socket.destroy());
    };
    const cutting = cut().catch(() => undefined); // aborted: everything ended by itself
    await closed.promise;
    ending.abort();
    await cutting;
    this.#server.close();
  }

  #listenToConnections(): void {
    const handle = (request: GatewayRequest, response: ServerResponse) => {
      this.#handle({ request, response, peer: this.#peerOf(request.socket) });
    };
    this.#server.on('connection', (socket) => {
      const peer = this.#peerOf(socket);
      socket.once('close', () => {
        peer.gone();
      });
    });
    this.#server.on('request', handle);
    this.#server.on('checkContinue', handle);
    this.#server.on('checkExpectation', handle);
    this.#server.on('upgrade', (request, stream, first) => {
      const socket = toSocket(stream);
      this.#handedOver.add(socket);
      socket.on('error', () => socket.destroy());
      socket.on('close', () => this.#handedOver.delete(socket));
      const response = responseOn(request, socket);
      this.#handle({ request, response, peer: this.#peerOf(socket), upgrade: { socket, first } });
    });
    this.#server.on('connect', (_request, stream) => {
      stream.on('error', () => stream.destroy());
      this.#refuseBare(toSocket(stream), { code: 'gateway/method-refused', detail: 'CONNECT is not forwarded' });
    });
    this.#server.on('clientError', (error: NodeJS.ErrnoException, stream) => {
      this.#refuseBare(toSocket(stream), toParserProblem(error.code));
    });
  }

  #peerOf(socket: Socket): Peer {
    const known = this.#peers.get(socket);
    if (known !== undefined) {
      return known;
    }
    const peer = new Peer(socket, this.#options.policy);
    this.#peers.set(socket, peer);
    return peer;
  }

  #handle(client: Client): void {
    const { peer, request, response, upgrade } = client;
    if (peer.isRefused) {
      return;
    }
    peer.lastResponse = response;
    const head = readRequestHead(request, { peer, isUpgrade: upgrade !== undefined });
    if (!(head instanceof RequestHead)) {
      this.#refuse(client, head);
      return;
    }
    if (peer.exchanges.size >= MAX_PIPELINED) {
      this.#refuse(client, TOO_MANY);
      return;
    }
    const route = this.#table?.match(head);
    if (route === undefined) {
      this.#answerUnrouted(client, head);
      return;
    }
    new Exchange(client, { head, route }, this.#context).start();
  }

  /** The connection ends with the answer: where the next request on it begins is in doubt. */
  #refuse(client: Client, problem: GatewayProblem): void {
    client.peer.isRefused = true;
    this.#count(client.peer, problem);
    answerProblem(client, problem, { isBodyPending: false, isLast: true, deadlines: this.#options.deadlines });
  }

  #answerUnrouted(client: Client, { method, host, path, hasBody }: RequestHead): void {
    const problem: GatewayProblem =
      this.#table === undefined
        ? UNAVAILABLE
        : { code: 'gateway/no-route', detail: `no route takes ${method} ${path} on ${host}` };
    this.#count(client.peer, problem);
    answerProblem(client, problem, {
      isBodyPending: hasBody && !client.request.complete,
      isLast: this.#context.isDraining,
      deadlines: this.#options.deadlines,
    });
  }

  /** On a connection that Node has no response object for: an answer there must not overtake those still to come. */
  #refuseBare(socket: Socket, problem: GatewayProblem | undefined): void {
    const peer = this.#peerOf(socket);
    const isAnswering = peer.exchanges.size > 0 || peer.isRefused;
    peer.isRefused = true;
    if (problem === undefined || isAnswering || !socket.writable) {
      socket.destroy();
      return;
    }
    this.#count(peer, problem);
    this.#context.writes.hold({
      writeHeld: () => {
        socket.end(toMessage(problem), () => {
          socket.destroy();
        });
      },
    }); // not before an answer that is held
  }

  #count(peer: Peer, problem: GatewayProblem): void {
    this.#options.traffic.refused(problem.code);
    if (this.#options.log.isEnabled) {
      this.#options.log.refused(peer, problem);
    }
  }
}

/** Only WebSocket is switched to. What asks for anything else, such as h2c, is answered as if it had not asked (RFC 9110 7.8). */
function isWebSocketUpgrade({ method, fields, httpVersion }: GatewayRequest): boolean {
  return method === 'GET' && httpVersion === '1.1' && fields.get('upgrade')?.toLowerCase() === 'websocket';
}

function toSocket(stream: Duplex): Socket {
  if (stream instanceof Socket) {
    return stream;
  }
  throw new TypeError('a server without TLS has a connection that is no socket');
}

function toParserProblem(code = ''): GatewayProblem | undefined {
  if (code === 'HPE_HEADER_OVERFLOW') {
    return { code: 'gateway/too-many-headers', detail: `the head is larger than ${MAX_HEAD_BYTES} bytes` };
  }
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') {
    return { code: 'gateway/request-timeout', detail: 'the request did not come in time' };
  }
  return code.startsWith('HPE_')
    ? { code: 'gateway/malformed-request', detail: 'the request is not valid HTTP/1.1' }
    : undefined;
}
