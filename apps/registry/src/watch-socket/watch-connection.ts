import type { RawData, WebSocket } from 'ws';

import type { Clock } from '@signalbox/clock';
import type { Identity } from '@signalbox/service-runtime';

import { WatchRequest } from '@signalbox/schemas';

import type { ServiceUpdate } from '../watch/service-update.ts';
import type { ServiceWatches } from '../watch/service-watches.ts';

import { visibilityOf } from '../visibility.ts';
import { encodeUpdate } from './encode-update.ts';
import { narrowUpdate } from './narrow-update.ts';

export interface WatchConnectionOptions {
  readonly watches: ServiceWatches;
  readonly clock: Clock;
  /** Bytes that may wait for a consumer; when more do, it is closed with 1013. @default 8_388_608 */
  readonly maxBufferedBytes?: number;
  /** @default 1_000 */
  readonly maxWatches?: number;
}

const DEFAULTS = { maxBufferedBytes: 8_388_608, maxWatches: 1_000 } satisfies Partial<WatchConnectionOptions>;

/** Try again later (RFC 6455 section 7.4.1, IANA registry of close codes): the consumer comes back with its revision. */
const TRY_AGAIN_LATER = 1013;
/** A consumer that does not read won't read the close frame either; it gets this long to. */
const CLOSE_WITHIN_MS = 1_000;

type Connected = Required<WatchConnectionOptions> & { readonly socket: WebSocket; readonly identity: Identity };

/** Serves the watches of one socket until it closes. */
export function serveWatches(socket: WebSocket, identity: Identity, options: WatchConnectionOptions): void {
  const { maxBufferedBytes = DEFAULTS.maxBufferedBytes, maxWatches = DEFAULTS.maxWatches } = options;
  const connection = new WatchConnection({ ...options, maxBufferedBytes, maxWatches, socket, identity });
  socket.on('message', (message) => {
    connection.receive(message);
  });
  socket.on('close', () => {
    connection.close();
  });
}

class WatchConnection {
  readonly #connected: Connected;
  readonly #unsubscribe = new Map<string, () => void>();

  constructor(connected: Connected) {
    this.#connected = connected;
  }

  receive(message: RawData): void {
    const request = parseRequest(message);
    if (typeof request === 'string') {
      this.#problem('request/invalid', request);
      return;
    }
    this.#unwatch(request.service);
    if (request.type === 'watch') {
      this.#watch(request);
    }
  }

  close(): void {
    this.#unsubscribe.forEach((unsubscribe) => {
      unsubscribe();
    });
    this.#unsubscribe.clear();
  }

  #watch({ service, revision }: Extract<WatchRequest, { type: 'watch' }>): void {
    const { watches, identity, maxWatches } = this.#connected;
    const visibility = visibilityOf(identity, service);
    if (visibility === 'none') {
      this.#problem('auth/forbidden', `${identity.name} may not read ${service}`);
      return;
    }
    if (this.#unsubscribe.size >= maxWatches) {
      this.#problem('registry/full', `a socket holds no more than ${maxWatches} watches`);
      return;
    }
    const tell = (update: ServiceUpdate) => {
      this.#send(encodeUpdate(visibility === 'all' ? update : narrowUpdate(update, visibility)));
    };
    this.#unsubscribe.set(service, watches.subscribe(service, tell));
    tell(watches.since(service, revision));
  }

  #unwatch(service: string): void {
    this.#unsubscribe.get(service)?.();
    this.#unsubscribe.delete(service);
  }

  #problem(code: string, detail: string): void {
    this.#send(Buffer.from(JSON.stringify({ type: 'problem', code, detail })));
  }

  #send(bytes: Buffer): void {
    const { socket, maxBufferedBytes } = this.#connected;
    if (socket.readyState !== socket.OPEN) {
      return;
    }
    if (socket.bufferedAmount > maxBufferedBytes) {
      this.#cutOff();
      return;
    }
    socket.send(bytes, { binary: false });
  }

  #cutOff(): void {
    const { socket, clock } = this.#connected;
    this.close();
    socket.close(TRY_AGAIN_LATER, 'too slow; watch again from the last revision');
    const closed = new AbortController();
    socket.once('close', () => {
      closed.abort();
    });
    const terminate = () => {
      socket.terminate();
    };
    void clock.sleep(CLOSE_WITHIN_MS, closed.signal).then(terminate, terminate);
  }
}

/** The request, or what is wrong with it. */
function parseRequest(message: RawData): WatchRequest | string {
  try {
    const parsed = WatchRequest.safeParse(JSON.parse(textOf(message)));
    return parsed.success ? parsed.data : parsed.error.issues.map(lineOf).join('; ') || 'not a watch request';
  } catch {
    return 'a message must be JSON';
  }
}

function lineOf({ path, message }: { readonly path: readonly PropertyKey[]; readonly message: string }): string {
  return `${path.map(String).join('.')}: ${message}`;
}

/** ws delivers a message as one Buffer, unless its binaryType is changed. */
function textOf(message: RawData): string {
  return Buffer.isBuffer(message) ? message.toString() : '';
}
