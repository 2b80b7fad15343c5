import { UnsafeAnswerError } from './errors.ts';

const LINE_FEED = 0x0a;
const LINE_END = '\r\n';

/** Finds lines that end in CRLF in what arrives, however it is cut. */
export class LineReader {
  #partial = '';
  /** The last one that was read, with its CRLF. */
  line = '';

  /** The offset after the line, or -1 where it goes on in the next chunk. Throws UnsafeAnswerError for a bare LF and a line of more bytes. */
  read(chunk: Buffer, offset: number, maxBytes: number): number {
    const lineFeed = chunk.indexOf(LINE_FEED, offset);
    const end = lineFeed === -1 ? chunk.length : lineFeed + 1;
    if (this.#partial.length + end - offset > maxBytes) {
      throw new UnsafeAnswerError('size', `a line of its body's framing has more than ${maxBytes} bytes`);
    }
    const text = this.#partial + chunk.toString('latin1', offset, end);
    if (lineFeed === -1) {
      this.#partial = text;
      return -1;
    }
    if (!text.endsWith(LINE_END)) {
      throw new UnsafeAnswerError('syntax', "a line of its body's framing ends in a bare line feed");
    }
    this.#partial = '';
    this.line = text;
    return end;
  }
}
