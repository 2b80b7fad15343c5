import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';

import { randomBytes } from 'node:crypto';

import type { Cancellable } from './peer.ts';

import { FrameRelay } from './frame-relay.ts';

/** A close frame with status 1001, going away (RFC 6455 sections 5.5.1 and 7.4.1). */
const GOING_AWAY = Buffer.from([0x88, 0x02, 0x03, 0xe9]);

/** A connection switched to another protocol: bytes go both ways until either side ends it or nothing was said for too long. */
export class Tunnel implements Cancellable {
  readonly #client: Socket;
  readonly #upstream: Duplex;
  readonly #toUpstream: FrameRelay;
  readonly #toClient: FrameRelay;

  constructor(client: Socket, upstream: Duplex, { idleMs }: { readonly idleMs: number }) {
    this.#client = client;
    this.#upstream = upstream;
    const destroy = () => {
      this.destroy();
    };
    client.setTimeout(idleMs, destroy);
    client.on('error', destroy);
    upstream.on('error', destroy);
    upstream.on('close', () => {
      client.destroySoon();
    });
    this.#toUpstream = new FrameRelay(client, upstream);
    this.#toClient = new FrameRelay(upstream, client);
  }

  /** Tells both sides that the other is going away, after the frame that is under way, and closes. */
  close(): void {
    this.#toClient.endWith(GOING_AWAY);
    this.#toUpstream.endWith(masked(GOING_AWAY));
  }

  /** Where the upstream connection is still open after the client's end, nobody is left to read from it. */
  clientGone(): void {
    this.#upstream.destroy();
  }

  destroy(): void {
    this.#client.destroy();
    this.#upstream.destroy();
  }
}

/** A short frame as a client has to send it (RFC 6455 section 5.3). */
function masked([opcode = 0, length = 0, ...payload]: Buffer): Buffer {
  const mask = randomBytes(4);
  return Buffer.from([opcode, length | 0x80, ...mask, ...payload.map((byte, i) => byte ^ (mask[i % 4] ?? 0))]);
}
