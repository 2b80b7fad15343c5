import type { ServerResponse } from 'node:http';

import { BlockList, isIPv6, type Socket } from 'node:net';

/** Something under way for a client that is to end with its connection. */
export interface Cancellable {
  clientGone(): void;
}

/** Which clients are believed, and which are told how a request was routed. */
export interface PeerPolicy {
  readonly trustedProxies: BlockList;
  readonly explainTo: BlockList;
}

/** The other end of a client connection. */
export class Peer {
  readonly address: string;
  /** Whether its X-Forwarded-*, X-Real-IP and Forwarded fields are believed. */
  readonly isTrusted: boolean;
  /** Whether answers tell it route and instance. */
  readonly isExplainedTo: boolean;
  /** As a node of the Forwarded field (RFC 7239 section 6). */
  readonly forwardedFor: string;
  /** Requests under way; more than one where the client pipelines. */
  readonly exchanges = new Set<Cancellable>();
  /** Set once a request was refused: what follows it on the connection can't be told apart from its remains. */
  isRefused = false;
  /** Answers leave in the order of their requests: once this one has, all have. */
  lastResponse: ServerResponse | undefined;

  constructor(socket: Socket, { trustedProxies, explainTo }: PeerPolicy) {
    const address = (socket.remoteAddress ?? 'unknown').replace(/^::ffff:(?=\d+\.)/, '');
    this.address = address;
    this.isTrusted = includes(trustedProxies, address);
    this.isExplainedTo = includes(explainTo, address);
    this.forwardedFor = isIPv6(address) ? `for="[${address}]"` : `for=${address}`;
  }

  /** Whether a request on the connection has an answer to come, or one that has not left whole. */
  get isAwaitingAnswer(): boolean {
    return (
      this.lastResponse !== undefined && !(this.lastResponse.writableFinished && this.lastResponse.socket === null)
    );
  }

  gone(): void {
    for (const exchange of this.exchanges) {
      exchange.clientGone();
    }
  }
}

function includes(list: BlockList, address: string): boolean {
  return list.check(address, isIPv6(address) ? 'ipv6' : 'ipv4');
}

/** Networks in CIDR notation or single addresses. Throws RangeError for anything else. */
export function toNetworks(cidrs: readonly string[]): BlockList {
  const list = new BlockList();
  for (const cidr of cidrs) {
    const [, address = '', bits] = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(cidr) ?? [];
    const family = isIPv6(address) ? 'ipv6' : 'ipv4';
    try {
      list.addSubnet(address, bits === undefined ? LONGEST[family] : Number(bits), family);
    } catch (error) {
      throw new RangeError(`not a network such as 10.0.0.0/8: "${cidr}"`, { cause: error });
    }
  }
  return list;
}

const LONGEST = { ipv4: 32, ipv6: 128 } as const;
