import type { ServerResponse } from 'node:http';

import type { Deadlines } from '../deadlines/deadlines.ts';
import type { AnswerHead } from '../http1/answer-head.ts';
import type { HeldWriter, HeldWrites } from '../http1/held-writes.ts';
import type { GatewayRequest } from './gateway-request.ts';
import type { Peer } from './peer.ts';
import type { Upgrade } from './upgrade.ts';

import { endAfterBody } from './linger.ts';
import { toClientFields } from './response-fields.ts';

/** The client's side of an exchange. */
export interface Client {
  readonly peer: Peer;
  readonly request: GatewayRequest;
  readonly response: ServerResponse;
  readonly upgrade?: Upgrade;
}

/** A body that came at once and is no larger is joined with the head: one write instead of a gathered one. */
const MAX_JOINED_BYTES = 16_384;

/** Processing and early hints; the others concern one connection, or are not known. */
const PASSED_ON: ReadonlySet<number> = new Set([102, 103]);

/** Of informational answers to one request, an upstream may send this many on to the client. */
const MAX_INFORMATIONAL = 8;

export interface ClientAnswerOptions {
  readonly hasRequestBody: boolean;
  readonly writes: HeldWrites;
}

/** What an instance answers, on its way to the client. */
export class ClientAnswer implements HeldWriter {
  readonly #client: Client;
  readonly #hasRequestBody: boolean;
  readonly #writes: HeldWrites;
  #informed = 0;
  /** A body that came at once, until it is sent. */
  #wholeBody: string | undefined;
  /** As announced; undefined where the end tells. */
  #bodyLength: number | undefined;

  constructor(client: Client, { hasRequestBody, writes }: ClientAnswerOptions) {
    this.#client = client;
    this.#hasRequestBody = hasRequestBody;
    this.#writes = writes;
  }

  /** Of the answer, once it has begun. */
  get status(): number {
    return this.#client.response.statusCode;
  }

  /** Whether the client is still sending. */
  get isBodyPending(): boolean {
    return this.#hasRequestBody && !this.#client.request.complete;
  }

  inform(head: AnswerHead): void {
    this.#informed += 1;
    if (this.#informed > MAX_INFORMATIONAL || !PASSED_ON.has(head.status)) {
      return;
    }
    const { request, response, upgrade } = this.#client;
    if (!upgrade && request.httpVersionMinor > 0) {
      response.writeInformation(head.status, toClientFields(head));
    }
  }

  begin({ status, length }: AnswerHead, fields: string[], { isLast }: { readonly isLast: boolean }): void {
    const { response } = this.#client;
    if (isLast || this.isBodyPending) {
      response.shouldKeepAlive = false;
    }
    this.#bodyLength = length;
    response.writeHead(status, fields);
  }

  /** Takes bytes that are valid during the call only. Whether more is wanted at once; otherwise `source` is told when. */
  write(chunk: Buffer, source: { resume(): void }): boolean {
    const { response } = this.#client;
    if (chunk.length === this.#bodyLength && chunk.length <= MAX_JOINED_BYTES && !this.isBodyPending) {
      this.#wholeBody = chunk.toString('latin1');
      this.#writes.hold(this);
      return true;
    }
    if (response.write(Buffer.from(chunk))) {
      return true;
    }
    // what was read at once is handed over although it was told to wait
    if (response.listenerCount('drain') === 0) {
      response.once('drain', () => {
        source.resume();
      });
    }
    return false;
  }

  end(deadlines: Deadlines): void {
    const { request, response } = this.#client;
    if (this.isBodyPending) {
      endAfterBody(request, response, deadlines);
    } else if (this.#wholeBody === undefined) {
      response.end();
    }
  }

  writeHeld(): void {
    this.#client.response.end(this.#wholeBody, 'latin1');
  }

  /** The client must not take what came so far for the whole. */
  breakOff(): void {
    this.#client.request.socket.resetAndDestroy();
  }
}
