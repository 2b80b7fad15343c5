/** Where a request is meant to go, by its request line and Host field. */
export interface Target {
  /** Origin form, as it is sent on. */
  readonly target: string;
  /** Without the query, as it was spelled. */
  readonly path: string;
  /** Lower case, without port and trailing dot. */
  readonly host: string;
}

const HOST = /^([A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*\.?|\[[0-9A-Fa-f:.]+\])(?::(\d{1,5}))?$/;
const ABSOLUTE = /^http:\/\/([^/?#]*)(.*)$/i;
const LARGEST_PORT = 65_535;

/** Anything that makes a second look worth its time; most paths have none of it. */
const UNUSUAL = /[%\\#]|\/[/.]|[^!-~]/;

/** Reads the target in origin form, or in absolute form where it names the same host; a string says why it is refused. */
export function readTarget(url: string, hostField: string | undefined): Target | string {
  if (hostField === undefined) {
    return 'the Host field is missing';
  }
  const [, name, port = 0] = HOST.exec(hostField) ?? [];
  if (name === undefined || Number(port) > LARGEST_PORT) {
    return 'the Host field is not one host name';
  }
  const target = url.startsWith('/') ? url : originForm(url, hostField);
  if (target === undefined) {
    return 'the request target is neither a path nor an address on the host of the Host field';
  }
  const end = target.indexOf('?');
  const path = end === -1 ? target : target.slice(0, end);
  const refused = UNUSUAL.test(target) ? whyUnsafe(target, path) : undefined;
  return refused ?? { target, path, host: toHostName(name) };
}

/** RFC 9112 section 3.2.2, except that a Host field which contradicts the target is refused instead of ignored. */
function originForm(url: string, hostField: string): string | undefined {
  const [, authority = '', rest = ''] = ABSOLUTE.exec(url) ?? [];
  if (authority === '' || withoutDefaultPort(authority) !== withoutDefaultPort(hostField)) {
    return undefined;
  }
  return rest.startsWith('/') ? rest : `/${rest}`;
}

function withoutDefaultPort(authority: string): string {
  return authority.toLowerCase().replace(/:80$/, '');
}

function toHostName(name: string): string {
  const lower = name.toLowerCase();
  return lower.endsWith('.') ? lower.slice(0, -1) : lower;
}

/** What servers read differently: whoever matches routes by one reading must not forward what another reading makes of it. */
function whyUnsafe(target: string, path: string): string | undefined {
  if (target.includes('#')) {
    return 'the request target has a fragment';
  }
  if (/[^!-~\x80-\xff]/.test(target)) {
    return 'the request target has a character that must be escaped';
  }
  if (/%(?![0-9A-Fa-f]{2})/.test(path)) {
    return 'the path has a malformed escape';
  }
  if (path.includes('//')) {
    return 'the path has an empty segment';
  }
  if (/\\|%5c|%00/i.test(path)) {
    return 'the path has a backslash or a null character';
  }
  if (OVERLONG.test(path)) {
    return 'the path has a dot, slash or backslash in more bytes than it needs';
  }
  return hasDotSegment(path) ? 'the path has a dot segment' : undefined;
}

/** UTF-8 has one form of each character (RFC 3629 section 3); some decoders take these for `.`, `/` and a backslash. */
const OVERLONG = /%c0%a[ef]|%c1%9c|%e0%80%a[ef]|%e0%81%9c/i;

/** Escapes of escapes (`%252e`) are undone this often: no server is known to decode more. */
const MAX_DECODINGS = 3;

/** A segment `.` or `..` in any encoding, also with a path parameter (`..;`) or what an escaped `?` or `#` cuts off. */
function hasDotSegment(path: string): boolean {
  let decoded = path;
  for (let i = 0; i < MAX_DECODINGS && decoded.includes('%'); i++) {
    decoded = decoded.replace(/%(?:2e|2f|5c|25|3b|3f|23)/gi, (escape) =>
      String.fromCharCode(parseInt(escape.slice(1), 16)),
    );
  }
  return /(?:^|[/\\])\.{1,2}(?:[/\\;?#]|$)/.test(decoded);
}
