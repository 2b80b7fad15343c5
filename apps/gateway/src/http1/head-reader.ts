import { AnswerHead } from './answer-head.ts';
import { UnsafeAnswerError } from './errors.ts';

/** Of one head, with its line ends: Node's own bound (`http.maxHeaderSize`). */
export const MAX_HEAD_BYTES = 16_384;

const EMPTY_LINE = Buffer.from('\r\n\r\n');
const LINE_FEED = 0x0a;
const BEGINNING = 'HTTP/1.';

/** Finds the head of an answer in what arrives, however it is cut. */
export class HeadReader {
  /** What came of a head that is not whole yet; made only for one that does not come at once. */
  #partial: Buffer | undefined;
  #length = 0;
  /** The last one that was read. */
  head: AnswerHead | undefined;

  /** Whether nothing of the next head has come. */
  get isEmpty(): boolean {
    return this.#length === 0;
  }

  /** The offset after the head, or -1 where it goes on in the next chunk. Throws UnsafeAnswerError as soon as a line can't be one of a head. */
  read(chunk: Buffer, offset: number): number {
    const end = this.#length === 0 ? chunk.indexOf(EMPTY_LINE, offset) : -1;
    if (end === -1 || end + EMPTY_LINE.length - offset > MAX_HEAD_BYTES) {
      return this.#readOn(chunk, offset);
    }
    this.head = new AnswerHead(chunk.toString('latin1', offset, end + 2));
    return end + EMPTY_LINE.length;
  }

  #readOn(chunk: Buffer, offset: number): number {
    this.#partial ??= Buffer.allocUnsafe(MAX_HEAD_BYTES);
    const before = this.#length;
    const known = before + chunk.copy(this.#partial, before, offset);
    const end = this.#partial.subarray(0, known).indexOf(EMPTY_LINE, Math.max(0, before - EMPTY_LINE.length + 1));
    if (end === -1) {
      this.#keep(this.#partial, known);
      return -1;
    }
    this.#length = 0;
    this.head = new AnswerHead(this.#partial.toString('latin1', 0, end + 2));
    return offset + end + EMPTY_LINE.length - before;
  }

  /** Whole lines are looked at when they come: what is no HTTP may have no empty line that could be waited for. */
  #keep(partial: Buffer, known: number): void {
    const lines = partial.subarray(0, known).lastIndexOf(LINE_FEED) + 1;
    if (lines > this.#length) {
      new AnswerHead(partial.toString('latin1', 0, lines));
    }
    if (lines === 0 && !BEGINNING.startsWith(partial.toString('latin1', 0, Math.min(known, BEGINNING.length)))) {
      throw new UnsafeAnswerError('syntax', `it does not begin with ${BEGINNING}`);
    }
    if (known === MAX_HEAD_BYTES) {
      throw new UnsafeAnswerError('size', `its head is larger than ${MAX_HEAD_BYTES} bytes`);
    }
    this.#length = known;
  }
}
