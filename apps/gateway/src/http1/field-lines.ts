import { UnsafeAnswerError } from './errors.ts';

const CARRIAGE_RETURN = 0x0d;
const LINE_FEED = 0x0a;
const COLON = 0x3a;
const SPACE = 0x20;
const TAB = 0x09;

/** RFC 9110 section 5.6.2. */
const NAME = charactersOf(/[!#$%&'*+.^_`|~0-9A-Za-z-]/);
/** RFC 9110 section 5.5: no control character but the tab. */
const VALUE = charactersOf(/[\t\x20-\x7e\x80-\xff]/);

/** Of one section; as many as Node's own client reads of an answer. */
export const MAX_FIELDS = 1_000;

/**
 * Reads field lines (RFC 9112 section 5), each ended by CRLF, from `start` to the end of the text. Answers names and values in turn, as
 * they were spelled, without the whitespace around values. Throws UnsafeAnswerError for anything else: a line folded over two, whitespace
 * before the colon, a bare CR or LF, a control character, and more than `MAX_FIELDS`.
 */
export function readFieldLines(text: string, start: number): string[] {
  const fields: string[] = [];
  let at = start;
  while (at < text.length) {
    const colon = skip(text, at, NAME);
    if (colon === at || text.charCodeAt(colon) !== COLON) {
      throw new UnsafeAnswerError('syntax', 'a field line does not begin with a name and a colon');
    }
    const end = skip(text, colon + 1, VALUE);
    if (text.charCodeAt(end) !== CARRIAGE_RETURN || text.charCodeAt(end + 1) !== LINE_FEED) {
      throw new UnsafeAnswerError(
        'syntax',
        `the field "${text.slice(at, colon)}" has a character that no value may have`,
      );
    }
    fields.push(text.slice(at, colon), trimmed(text, colon + 1, end));
    at = end + 2;
  }
  if (fields.length > 2 * MAX_FIELDS) {
    throw new UnsafeAnswerError('size', `more than ${MAX_FIELDS} fields`);
  }
  return fields;
}

/** Where the first character that is not among these is; the text's length where all are. */
function skip(text: string, start: number, characters: Uint8Array): number {
  let at = start;
  while (characters[text.charCodeAt(at)] === 1) {
    at += 1;
  }
  return at;
}

function trimmed(text: string, start: number, end: number): string {
  let first = start;
  let last = end;
  while (first < last && isBlank(text.charCodeAt(first))) {
    first += 1;
  }
  while (last > first && isBlank(text.charCodeAt(last - 1))) {
    last -= 1;
  }
  return text.slice(first, last);
}

function isBlank(code: number): boolean {
  return code === SPACE || code === TAB;
}

/** One for each character of latin1 that is allowed. */
function charactersOf(allowed: RegExp): Uint8Array {
  return Uint8Array.from({ length: 256 }, (_, code) => Number(allowed.test(String.fromCharCode(code))));
}
