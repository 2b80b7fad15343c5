import { InvalidKeyPathError } from '../errors.ts';

/** The way from the root of a configuration to a value in it. A list is a value: paths do not lead into it. */
export type KeyPath = readonly string[];

/** The one key that is refused everywhere: what reads the configuration may not be able to hold it safely. */
export const FORBIDDEN_KEY = '__proto__';

/** Longest key path as text. */
const MAX_KEY_LENGTH = 1024;
const SEGMENT = /\["((?:[^"\\]|\\.)*)"\]|[^.[\]"]+/y;
const PLAIN_SEGMENT = /^[^.[\]"]+$/;

/**
 * `db.poolSize`; a segment that is empty or holds a dot, a bracket or a quote is written as a JSON string in
 * brackets: `["a.b"].c`.
 *
 * @throws InvalidKeyPathError
 */
export function parseKeyPath(text: string): KeyPath {
  if (text.length > MAX_KEY_LENGTH) {
    throw new InvalidKeyPathError(text.slice(0, MAX_KEY_LENGTH), `is longer than ${MAX_KEY_LENGTH} characters`);
  }
  const segments: string[] = [];
  let position = 0;
  do {
    const segment = segmentAt(text, position);
    segments.push(segment.name);
    position = afterSeparator(text, segment.end);
  } while (position < text.length);
  return segments;
}

export function formatKeyPath(keyPath: KeyPath): string {
  return keyPath.reduce((text, segment) => text + formatSegment(segment, text === ''), '');
}

function formatSegment(segment: string, isFirst: boolean): string {
  if (!PLAIN_SEGMENT.test(segment)) {
    return `[${JSON.stringify(segment)}]`;
  }
  return isFirst ? segment : `.${segment}`;
}

function segmentAt(text: string, position: number): { name: string; end: number } {
  SEGMENT.lastIndex = position;
  const match = SEGMENT.exec(text);
  if (match === null) {
    throw new InvalidKeyPathError(text, `has no key at character ${position + 1}`);
  }
  const name = match[1] === undefined ? match[0] : unquote(text, match[1]);
  if (name === FORBIDDEN_KEY) {
    throw new InvalidKeyPathError(text, `holds the reserved key ${FORBIDDEN_KEY}`);
  }
  return { name, end: SEGMENT.lastIndex };
}

function unquote(text: string, quoted: string): string {
  try {
    return String(JSON.parse(`"${quoted}"`));
  } catch (error) {
    throw new InvalidKeyPathError(text, 'holds a quoted key that is no JSON string', error);
  }
}

/** A dot is followed by a plain segment; a bracket follows the segment before it directly. */
function afterSeparator(text: string, end: number): number {
  if (end === text.length || text[end] === '[') {
    return end;
  }
  if (text[end] === '.' && end + 1 < text.length && text[end + 1] !== '[') {
    return end + 1;
  }
  throw new InvalidKeyPathError(text, `has no key at character ${end + 1}`);
}
