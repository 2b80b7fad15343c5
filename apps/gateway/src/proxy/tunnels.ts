import type { ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';

import type { AnswerHead } from '../http1/answer-head.ts';
import type { Peer } from './peer.ts';

import { Tunnel } from './tunnel.ts';
import { switchingHead, type Upgrade } from './upgrade.ts';

/** What an upstream answered to an upgrade. */
export interface Switched {
  readonly head: AnswerHead;
  readonly socket: Duplex;
  readonly response: ServerResponse;
  readonly peer: Peer;
}

/** The WebSocket connections that are open through the gateway. */
export class Tunnels {
  readonly #idleMs: number;
  readonly #maxOpen: number;
  readonly #open = new Set<Tunnel>();
  #isClosing = false;

  constructor({ idleMs, maxOpen }: { readonly idleMs: number; readonly maxOpen: number }) {
    this.#idleMs = idleMs;
    this.#maxOpen = maxOpen;
  }

  get isFull(): boolean {
    return this.#open.size >= this.#maxOpen;
  }

  get count(): number {
    return this.#open.size;
  }

  /** Says 101 to the client and joins both connections; false, with nothing said, where the upstream did not switch to WebSocket. */
  open({ socket: client, first }: Upgrade, { head: answer, socket, response, peer }: Switched): boolean {
    const head = switchingHead(answer);
    if (head === undefined) {
      return false;
    }
    response.detachSocket(client);
    client.write(head, 'latin1');
    client.unshift(first);
    const tunnel = new Tunnel(client, socket, { idleMs: this.#idleMs });
    this.#open.add(tunnel);
    peer.exchanges.add(tunnel);
    client.once('close', () => this.#open.delete(tunnel));
    if (this.#isClosing) {
      tunnel.close();
    }
    return true;
  }

  /** Closes those that are open, and those that are opened later at once. */
  close(): void {
    this.#isClosing = true;
    for (const tunnel of this.#open) {
      tunnel.close();
    }
  }
}
