import type { AnswerHead } from './answer-head.ts';

import { ChunkedBody } from './chunked-body.ts';
import { ConnectionClosedError, UnsafeAnswerError } from './errors.ts';
import { HeadReader } from './head-reader.ts';

/** What is told of an answer, in this order. */
export interface AnswerSink {
  /** Of an informational answer (1xx but 101), before the answer proper. */
  informed(head: AnswerHead): void;
  answered(head: AnswerHead): void;
  /** A piece of content, whose bytes are valid during the call only. */
  received(content: Buffer): void;
}

/** What of the request decides how its answer ends. */
export interface Asked {
  readonly method: string;
  /** Whether the connection may be switched to another protocol. */
  readonly isUpgrade: boolean;
}

/** Before one answer; beyond it, whoever sends them only keeps us busy. */
export const MAX_INFORMATIONAL = 64;

const SWITCHING_PROTOCOLS = 101;
const NO_CONTENT = 204;
const NOT_MODIFIED = 304;

/**
 * Reads one answer after the other from the bytes of a connection, however they are cut.
 *
 * | state       | expect | head                                        | content's end | connection's end | abandon |
 * | ----------- | ------ | ------------------------------------------- | ------------- | ---------------- | ------- |
 * | idle        | head   | -                                           | -             | -                | idle    |
 * | head        | -      | head, switched, idle, length, chunked, open | -             | error            | idle    |
 * | length      | -      | -                                           | idle          | error            | idle    |
 * | chunked     | -      | -                                           | idle          | error            | idle    |
 * | open        | -      | -                                           | -             | idle             | idle    |
 * | switched    | -      | -                                           | -             | -                | idle    |
 */
export class AnswerParser {
  readonly #sink: AnswerSink;
  readonly #heads = new HeadReader();
  #state: 'chunked' | 'head' | 'idle' | 'length' | 'open' | 'switched' = 'idle';
  #asked: Asked = { method: '', isUpgrade: false };
  #informational = 0;
  #contentLeft = 0;
  #chunked: ChunkedBody;

  constructor(sink: AnswerSink) {
    this.#sink = sink;
    this.#chunked = this.#openChunked();
  }

  /** Whether the answer is over: bytes after it belong to nothing that was asked for. */
  get isIdle(): boolean {
    return this.#state === 'idle';
  }

  /** The head by which the connection was switched to another protocol; undefined where it was not. */
  get switchedBy(): AnswerHead | undefined {
    return this.#state === 'switched' ? this.#heads.head : undefined;
  }

  /** The answer to this is what comes next. */
  expect(asked: Asked): void {
    this.#state = 'head';
    this.#asked = asked;
    this.#informational = 0;
  }

  /** Tells nothing more of the answer. */
  abandon(): void {
    this.#state = 'idle';
  }

  /** How many of the bytes belong to the answer. Throws UnsafeAnswerError; the connection can't be used any more then. */
  read(chunk: Buffer): number {
    let offset = 0;
    while (offset < chunk.length && this.#state !== 'idle' && this.#state !== 'switched') {
      offset = this.#readPiece(chunk, offset);
    }
    return offset;
  }

  /** The connection ended. Throws ConnectionClosedError unless that is how the answer ends. */
  end(): void {
    if (this.#state !== 'open') {
      const isHeadAwaited = this.#state === 'head' && this.#heads.isEmpty;
      throw new ConnectionClosedError(isHeadAwaited ? 'before an answer' : 'within an answer');
    }
    this.#state = 'idle';
  }

  #readPiece(chunk: Buffer, offset: number): number {
    switch (this.#state) {
      case 'head':
        return this.#readHead(chunk, offset);
      case 'length':
        return this.#readContent(chunk, offset);
      case 'chunked':
        return this.#readChunked(chunk, offset);
      default:
        this.#sink.received(offset === 0 ? chunk : chunk.subarray(offset));
        return chunk.length;
    }
  }

  #readHead(chunk: Buffer, offset: number): number {
    const end = this.#heads.read(chunk, offset);
    const { head } = this.#heads;
    if (end === -1 || head === undefined) {
      return chunk.length;
    }
    if (head.status < 200) {
      this.#takeInformational(head);
    } else {
      this.#begin(head);
      this.#sink.answered(head);
    }
    return end;
  }

  #takeInformational(head: AnswerHead): void {
    if (head.status === SWITCHING_PROTOCOLS) {
      if (!this.#asked.isUpgrade) {
        throw new UnsafeAnswerError('framing', 'it switches protocols, which was not asked for');
      }
      this.#state = 'switched';
      return;
    }
    this.#informational += 1;
    if (this.#informational > MAX_INFORMATIONAL) {
      throw new UnsafeAnswerError('size', `more than ${MAX_INFORMATIONAL} informational answers come before it`);
    }
    this.#sink.informed(head);
  }

  /** RFC 9112 section 6.3. */
  #begin({ status, length, isChunked }: AnswerHead): void {
    if (this.#asked.method === 'HEAD' || status === NO_CONTENT || status === NOT_MODIFIED || length === 0) {
      this.#state = 'idle';
    } else if (isChunked) {
      this.#state = 'chunked';
      this.#chunked = this.#openChunked();
    } else if (length === undefined) {
      this.#state = 'open';
    } else {
      this.#state = 'length';
      this.#contentLeft = length;
    }
  }

  #readContent(chunk: Buffer, offset: number): number {
    const end = Math.min(chunk.length, offset + this.#contentLeft);
    this.#contentLeft -= end - offset;
    if (this.#contentLeft === 0) {
      this.#state = 'idle';
    }
    this.#sink.received(chunk.subarray(offset, end));
    return end;
  }

  #readChunked(chunk: Buffer, offset: number): number {
    const end = this.#chunked.read(chunk, offset);
    if (this.#chunked.isOver) {
      this.#state = 'idle';
    }
    return end;
  }

  #openChunked(): ChunkedBody {
    return new ChunkedBody((content) => {
      this.#sink.received(content);
    });
  }
}
