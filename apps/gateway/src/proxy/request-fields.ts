import { FieldNames } from '../http1/field-names.ts';

/** The fields of a request that a gateway acts upon, in lower case. */
const ACTED_UPON = [
  'connection',
  'content-length',
  'expect',
  'forwarded',
  'host',
  'transfer-encoding',
  'upgrade',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-proto',
  'x-real-ip',
] as const;
type ActedUpon = (typeof ACTED_UPON)[number];

/** Those that concern only the connection they come over (RFC 9110 section 7.6.1), beside the ones acted upon. */
const HOP = [
  'http2-settings',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
] as const;

const KINDS = new FieldNames<ActedUpon | 'hop'>(
  Object.fromEntries([
    ...ACTED_UPON.map((name) => [name, name] as const),
    ...HOP.map((name) => [name, 'hop'] as const),
  ]),
);

/** The fields of a request, sorted in one pass over them. */
export class RequestFields {
  /** What goes to the upstream unchanged: names and values in turn. */
  readonly forwarded: string[] = [];
  /** The `X-Forwarded-*` fields that have no meaning here; a trusted peer's are sent on. */
  readonly otherForwarded: string[] = [];
  /** By lower case name; several of the same name are joined by a comma (RFC 9110 section 5.3). */
  readonly actedUpon: Partial<Record<ActedUpon, string>> = {};
  /** A field whose name another server could take for one of those acted upon. */
  alias: string | undefined;
  readonly #raw: readonly string[];

  constructor(raw: readonly string[]) {
    this.#raw = raw;
    let name: string | undefined;
    for (const part of raw) {
      if (name === undefined) {
        name = part;
      } else {
        this.#take(name, part);
        name = undefined;
      }
    }
  }

  get(name: ActedUpon): string | undefined {
    return this.actedUpon[name];
  }

  /** Any field by its lower case name, joined in the same way. */
  find(name: string): string | undefined {
    let value: string | undefined;
    for (let i = 0; i < this.#raw.length; i += 2) {
      if (this.#raw[i]?.toLowerCase() === name) {
        value = joined(value, this.#raw[i + 1] ?? '');
      }
    }
    return value;
  }

  #take(name: string, value: string): void {
    const kind = KINDS.kindOf(name);
    if (kind !== undefined) {
      this.#keep(kind, value);
    } else if (isXForwarded(name)) {
      this.otherForwarded.push(name, value);
    } else if (name.includes('_') && isAlias(name)) {
      this.alias = name;
    } else {
      this.forwarded.push(name, value);
    }
  }

  #keep(kind: ActedUpon | 'hop', value: string): void {
    if (kind !== 'hop') {
      this.actedUpon[kind] = joined(this.actedUpon[kind], value);
    }
  }
}

/** Whether a request's field of this name, in any case, is one that a gateway acts upon or writes itself. */
export function isGatewaysField(name: string): boolean {
  return KINDS.kindOf(name) !== undefined || isXForwarded(name);
}

function joined(before: string | undefined, value: string): string {
  return before === undefined ? value : `${before}, ${value}`;
}

function isXForwarded(name: string): boolean {
  return (name.startsWith('X') || name.startsWith('x')) && name.toLowerCase().startsWith('x-forwarded-');
}

/** CGI and its successors turn dashes into underscores: `content_length` and `Content-Length` become the same variable. */
function isAlias(name: string): boolean {
  const dashed = name.replaceAll('_', '-');
  return KINDS.kindOf(dashed) !== undefined || isXForwarded(dashed);
}
