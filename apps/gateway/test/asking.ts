import type { Socket } from 'node:net';

import { EventEmitter } from 'node:events';

import type { AnswerHead } from '../src/http1/answer-head.ts';
import type { AnswerListener } from '../src/http1/answer-listener.ts';
import type { Connection } from '../src/http1/connection.ts';
import type { OutgoingRequest } from '../src/http1/outgoing-request.ts';

const GET: OutgoingRequest = {
  method: 'GET',
  target: '/',
  host: 'a',
  fields: [],
  body: undefined,
  upgrade: undefined,
};

/** A request over one connection, with what became of it. */
export class Asking extends EventEmitter<{ received: [] }> implements AnswerListener {
  readonly #over = Promise.withResolvers<string>();
  wasSent = false;
  wantsMore = true;
  status = 0;
  content = '';
  socket: Socket | undefined;

  constructor(connection: Connection, request: Partial<OutgoingRequest> = {}) {
    super();
    connection.send({ ...GET, ...request }, this);
  }

  /** The content once it is whole, or `failed: ` and the name or code of the error, or `switched`. */
  get outcome(): Promise<string> {
    return this.#over.promise;
  }

  sent(): void {
    this.wasSent = true;
  }

  informed(): void {
    // what is informational has no bearing on the outcome
  }

  answered({ status }: AnswerHead): void {
    this.status = status;
  }

  received(content: Buffer): boolean {
    this.content += content.toString('latin1');
    this.emit('received');
    return this.wantsMore;
  }

  ended(): void {
    this.#over.resolve(this.content);
  }

  switched(_head: AnswerHead, socket: Socket): void {
    this.socket = socket;
    this.#over.resolve('switched');
  }

  failed(error: Error): void {
    this.#over.resolve(`failed: ${'code' in error ? String(error.code) : error.name}`);
  }
}
