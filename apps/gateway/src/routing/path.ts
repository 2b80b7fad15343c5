const ESCAPE = /%([0-9A-Fa-f]{2})/g;
const UNRESERVED = /[A-Za-z0-9._~-]/;

/**
 * The one spelling of a path that routes are matched by: escapes of unreserved characters undone, the others in upper case
 * (RFC 3986 sections 6.2.2.1 and 6.2.2.2). Otherwise `/%61dmin` would pass by a route for `/admin` and reach it all the same.
 */
export function normalisePath(path: string): string {
  return path.includes('%') ? path.replace(ESCAPE, toNormalEscape) : path;
}

function toNormalEscape(escape: string, hex: string): string {
  const character = String.fromCharCode(Number.parseInt(hex, 16));
  return UNRESERVED.test(character) ? character : escape.toUpperCase();
}
