import { FieldNames, nominatedFields, withoutFields } from './field-names.ts';

const KINDS = new FieldNames<'coding' | 'connection' | 'hop' | 'length'>({
  connection: 'connection',
  'content-length': 'length',
  'keep-alive': 'hop',
  'proxy-authenticate': 'hop',
  'proxy-connection': 'hop',
  'signalbox-route': 'hop', // tells how to reach an instance from here, and is this gateway's to tell
  te: 'hop',
  trailer: 'hop',
  'transfer-encoding': 'coding',
  upgrade: 'hop',
});

const NO_CONTENT = 204;
const CONTENT_LENGTH = 'Content-Length';
const DIGITS = /^\d{1,15}$/;

/**
 * The fields of an upstream's answer as they go to the client, names and values in turn: without what concerns only the upstream's
 * connection. Undefined when they frame the body in a way that two readers could take differently.
 */
export function toClientFields(status: number, raw: readonly Buffer[]): string[] | undefined {
  const { endToEnd, connection, length, coding } = new ResponseFields(raw);
  if (!isUnambiguous(length, coding)) {
    return undefined;
  }
  if (length !== undefined && status >= 200 && status !== NO_CONTENT) {
    endToEnd.push(CONTENT_LENGTH, length);
  }
  const nominated = nominatedFields(connection);
  return nominated === undefined ? endToEnd : withoutFields(endToEnd, nominated);
}

/** The body's length that `toClientFields` let through; undefined where none was announced. */
export function bodyLengthOf(fields: readonly string[]): number | undefined {
  const at = fields.indexOf(CONTENT_LENGTH);
  return at === -1 ? undefined : Number(fields[at + 1]);
}

class ResponseFields {
  readonly endToEnd: string[] = [];
  connection: string | undefined;
  length: string | undefined;
  coding: string | undefined;

  constructor(raw: readonly Buffer[]) {
    let name: string | undefined;
    for (const part of raw) {
      const text = part.toString('latin1');
      if (name === undefined) {
        name = text;
      } else {
        this.#take(name, text);
        name = undefined;
      }
    }
  }

  #take(name: string, value: string): void {
    const kind = KINDS.kindOf(name);
    if (kind === undefined) {
      this.endToEnd.push(name, value);
    } else if (kind !== 'hop') {
      this[kind] = this[kind] === undefined ? value : `${this[kind]}, ${value}`;
    }
  }
}

function isUnambiguous(length: string | undefined, coding: string | undefined): boolean {
  return length === undefined
    ? coding === undefined || coding.toLowerCase() === 'chunked'
    : coding === undefined && DIGITS.test(length);
}
