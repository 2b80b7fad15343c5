import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';

import type { Cancellable } from './peer.ts';

/** A connection switched to another protocol: bytes go both ways until either side ends it or nothing was said for too long. */
export class Tunnel implements Cancellable {
  readonly #client: Socket;
  readonly #upstream: Duplex;

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
    client.pipe(upstream);
    upstream.pipe(client);
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
