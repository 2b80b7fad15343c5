import type { Socket } from 'node:net';

import type { AnswerHead } from './answer-head.ts';

/** What is told of a request and its answer, in this order; after `ended`, `switched` or `failed` nothing more. */
export interface AnswerListener {
  /** The connection stands, and the request is about to be written: before, nothing of it can have reached the other side. */
  sent(): void;
  informed(head: AnswerHead): void;
  answered(head: AnswerHead): void;
  /** A piece of content, whose bytes are valid during the call only. Whether more is wanted at once; otherwise `resume` says when. */
  received(content: Buffer): boolean;
  /** The answer is whole. The connection is given back or dropped already. */
  ended(): void;
  /** The socket is the listener's from now on, with what came after the head still to be read from it. */
  switched(head: AnswerHead, socket: Socket): void;
  failed(error: Error): void;
}
