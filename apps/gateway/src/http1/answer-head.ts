import { UnsafeAnswerError } from './errors.ts';
import { readFieldLines } from './field-lines.ts';
import { FieldNames } from './field-names.ts';

/** RFC 9112 section 4; servers that give no reason leave out the space before it too. */
const STATUS_LINE = /^HTTP\/1\.([01]) ([1-9]\d\d)(?: [\t\x20-\x7e\x80-\xff]*)?\r\n/;
/** Fewer than 2^53. */
const LENGTH = /^\d{1,15}$/;

const OF_THE_CONNECTION = new FieldNames<'coding' | 'connection' | 'keepAlive' | 'length' | 'upgrade'>({
  connection: 'connection',
  'content-length': 'length',
  'keep-alive': 'keepAlive',
  'transfer-encoding': 'coding',
  upgrade: 'upgrade',
});

/** The head of an answer whose end can be read in one way only. */
export class AnswerHead {
  readonly status: number;
  /** Names and values in turn, all of them, as they were spelled. */
  readonly fields: readonly string[];
  /** Bytes, as announced; undefined where they are not. */
  readonly length: number | undefined;
  readonly isChunked: boolean;
  /** Options of the Connection field, in one list, as they were spelled. */
  readonly connection: string | undefined;
  readonly keepAlive: string | undefined;
  readonly upgrade: string | undefined;
  readonly #isHttp10: boolean;

  /**
   * Reads a status line and field lines, each with its CRLF. Throws UnsafeAnswerError for what is not HTTP/1.0 or HTTP/1.1, and where the
   * framing is in doubt: more than one Content-Length, or one that is no number; Transfer-Encoding together with it, in HTTP/1.0, or other
   * than exactly `chunked` (RFC 9112 section 6.3).
   */
  constructor(text: string) {
    const [line, minor, status] = STATUS_LINE.exec(text) ?? [];
    if (line === undefined) {
      throw new UnsafeAnswerError('syntax', 'it does not begin with a status line of HTTP/1.0 or HTTP/1.1');
    }
    this.status = Number(status);
    this.#isHttp10 = minor === '0';
    this.fields = readFieldLines(text, line.length);
    const found = ofTheConnection(this.fields);
    this.length = toLength(found.length);
    this.isChunked = found.coding !== undefined;
    this.connection = found.connection;
    this.keepAlive = found.keepAlive;
    this.upgrade = found.upgrade;
    if (found.coding !== undefined) {
      this.#checkCoding(found.coding);
    }
  }

  /** Whether the other side keeps the connection open after this answer. */
  get isPersistent(): boolean {
    if (this.connection === undefined || this.connection === 'keep-alive') {
      return !this.#isHttp10 || this.connection !== undefined;
    }
    const options = this.connection.split(',').map((option) => option.trim().toLowerCase());
    return !options.includes('close') && (!this.#isHttp10 || options.includes('keep-alive'));
  }

  #checkCoding(coding: string): void {
    if (this.length !== undefined) {
      throw new UnsafeAnswerError('framing', 'it has both Content-Length and Transfer-Encoding');
    }
    if (this.#isHttp10) {
      throw new UnsafeAnswerError('framing', 'it has a Transfer-Encoding in HTTP/1.0');
    }
    if (coding.toLowerCase() !== 'chunked') {
      throw new UnsafeAnswerError('framing', 'it has a Transfer-Encoding other than chunked');
    }
  }
}

type OfTheConnection = Partial<Record<'coding' | 'connection' | 'keepAlive' | 'length' | 'upgrade', string>>;

function ofTheConnection(fields: readonly string[]): OfTheConnection {
  const found: OfTheConnection = {};
  for (let i = 0; i < fields.length; i += 2) {
    const kind = OF_THE_CONNECTION.kindOf(fields[i] ?? '');
    if (kind !== undefined) {
      const value = fields[i + 1] ?? '';
      const before = found[kind];
      found[kind] = before === undefined ? value : `${before}, ${value}`;
    }
  }
  return found;
}

function toLength(text: string | undefined): number | undefined {
  if (text === undefined) {
    return undefined;
  }
  if (!LENGTH.test(text)) {
    throw new UnsafeAnswerError('framing', 'its Content-Length is not one number');
  }
  return Number(text);
}
