import { UnsafeAnswerError } from './errors.ts';
import { MAX_FIELDS, readFieldLines } from './field-lines.ts';
import { LineReader } from './line-reader.ts';

/** A size, with extensions: `;name`, `;name=token`, `;name="quoted"` (RFC 9112 section 7.1.1). Thirteen digits are fewer than 2^53. */
const SIZE =
  /^([0-9A-Fa-f]{1,13})(?:[ \t]*;[ \t]*[!#$%&'*+.^_`|~0-9A-Za-z-]+(?:[ \t]*=[ \t]*(?:[!#$%&'*+.^_`|~0-9A-Za-z-]+|"(?:[\t !\x23-\x5b\x5d-\x7e\x80-\xff]|\\[\t\x20-\x7e\x80-\xff])*"))?)*\r\n$/;
const LONGEST_SIZE = 13;
const LINE_END = '\r\n';

/** Of one line that tells a size. */
const MAX_SIZE_LINE_BYTES = 1_024;
/** Of all extensions in one body, and of all its trailers: as of a head. Neither is passed on, so that they cost their sender more than us. */
const MAX_EXTENSION_BYTES = 16_384;
const MAX_TRAILER_BYTES = 16_384;

/** Takes the chunked coding (RFC 9112 section 7.1) off a body. Trailers are checked and dropped. */
export class ChunkedBody {
  readonly #lines = new LineReader();
  readonly #receive: (content: Buffer) => void;
  #next: 'content' | 'content end' | 'over' | 'size' | 'trailer' = 'size';
  #contentLeft = 0;
  #extensionsLeft = MAX_EXTENSION_BYTES;
  #trailersLeft = MAX_TRAILER_BYTES;
  #trailers = 0;

  /** `receive` is given every piece of content. */
  constructor(receive: (content: Buffer) => void) {
    this.#receive = receive;
  }

  get isOver(): boolean {
    return this.#next === 'over';
  }

  /** Reads one piece of what arrived; the offset after it. Throws UnsafeAnswerError for anything that is not this coding, or beyond a bound. */
  read(chunk: Buffer, offset: number): number {
    if (this.#next === 'content') {
      return this.#readContent(chunk, offset);
    }
    const end = this.#lines.read(chunk, offset, this.#next === 'trailer' ? this.#trailersLeft : MAX_SIZE_LINE_BYTES);
    if (end === -1) {
      return chunk.length;
    }
    this.#takeLine(this.#lines.line);
    return end;
  }

  #readContent(chunk: Buffer, offset: number): number {
    const end = Math.min(chunk.length, offset + this.#contentLeft);
    this.#contentLeft -= end - offset;
    if (this.#contentLeft === 0) {
      this.#next = 'content end';
    }
    this.#receive(chunk.subarray(offset, end));
    return end;
  }

  #takeLine(line: string): void {
    if (this.#next === 'size') {
      this.#takeSize(line);
    } else if (this.#next === 'trailer') {
      this.#takeTrailer(line);
    } else if (line === LINE_END) {
      this.#next = 'size';
    } else {
      throw new UnsafeAnswerError('syntax', 'a chunk is longer than its size');
    }
  }

  #takeSize(line: string): void {
    const [, digits] = SIZE.exec(line) ?? [];
    if (digits === undefined) {
      throw new UnsafeAnswerError('syntax', 'the size of a chunk is no hexadecimal number of up to 13 digits');
    }
    this.#extensionsLeft -= Math.max(0, line.length - LONGEST_SIZE - LINE_END.length);
    if (this.#extensionsLeft < 0) {
      throw new UnsafeAnswerError('size', `its chunks have more than ${MAX_EXTENSION_BYTES} bytes of extensions`);
    }
    this.#contentLeft = parseInt(digits, 16);
    this.#next = this.#contentLeft === 0 ? 'trailer' : 'content';
  }

  #takeTrailer(line: string): void {
    if (line === LINE_END) {
      this.#next = 'over';
      return;
    }
    readFieldLines(line, 0);
    this.#trailers += 1;
    this.#trailersLeft -= line.length;
    if (this.#trailers > MAX_FIELDS) {
      throw new UnsafeAnswerError('size', `more than ${MAX_FIELDS} trailers`);
    }
  }
}
