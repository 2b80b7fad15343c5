/** One answer of `git cat-file --batch`, in the order of the questions. */
export type BatchAnswer =
  | { readonly kind: 'object'; readonly type: string; readonly content: Buffer }
  | { readonly kind: 'too-large'; readonly bytes: number }
  | { readonly kind: 'missing' };

type Awaiting =
  | { readonly part: 'header' }
  | { readonly part: 'content'; readonly type: string; readonly bytes: number; readonly kept: boolean };

const NEWLINE = 0x0a;
const NOTHING = Buffer.alloc(0);

/** Cuts the output of `git cat-file --batch` into answers, whatever pieces it arrives in. The content of an object over `maxBytes` is dropped as it passes. */
export class BatchOutput {
  readonly #maxBytes: number;
  #awaiting: Awaiting = { part: 'header' };
  #pieces: Buffer[] = [];
  #receivedBytes = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  *push(chunk: Buffer): Generator<BatchAnswer> {
    let rest = chunk;
    while (rest.length > 0) {
      const taken = this.#awaiting.part === 'header' ? this.#takeHeader(rest) : this.#takeContent(rest, this.#awaiting);
      rest = taken.rest;
      if (taken.answer !== undefined) {
        yield taken.answer;
      }
    }
  }

  #takeHeader(chunk: Buffer): { rest: Buffer; answer?: BatchAnswer } {
    const end = chunk.indexOf(NEWLINE);
    if (end === -1) {
      this.#pieces.push(chunk);
      return { rest: NOTHING };
    }
    const line = Buffer.concat([...this.#pieces, chunk.subarray(0, end)]).toString();
    this.#pieces = [];
    const rest = chunk.subarray(end + 1);
    const header = /^[0-9a-f]+ (\w+) (\d+)$/.exec(line);
    if (header === null) {
      return { rest, answer: { kind: 'missing' } };
    }
    const bytes = Number(header[2]);
    this.#receivedBytes = 0;
    this.#awaiting = { part: 'content', type: header[1] ?? '', bytes, kept: bytes <= this.#maxBytes };
    return { rest };
  }

  /** The content and the newline that Git puts behind it. */
  #takeContent(
    chunk: Buffer,
    { type, bytes, kept }: Awaiting & { part: 'content' },
  ): { rest: Buffer; answer?: BatchAnswer } {
    const piece = chunk.subarray(0, bytes + 1 - this.#receivedBytes);
    this.#receivedBytes += piece.length;
    if (kept) {
      this.#pieces.push(piece);
    }
    const rest = chunk.subarray(piece.length);
    if (this.#receivedBytes <= bytes) {
      return { rest };
    }
    const content = Buffer.concat(this.#pieces).subarray(0, bytes);
    this.#pieces = [];
    this.#awaiting = { part: 'header' };
    return { rest, answer: kept ? { kind: 'object', type, content } : { kind: 'too-large', bytes } };
  }
}
