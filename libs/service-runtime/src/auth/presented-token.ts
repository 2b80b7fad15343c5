import type { IncomingHttpHeaders } from 'node:http';

/**
 * The token that a request carries: as Bearer (RFC 6750), as the password of Basic (RFC 7617) for clients that know nothing else,
 * or as X-Consul-Token.
 */
export function presentedToken(headers: IncomingHttpHeaders): string | undefined {
  const consul = headers['x-consul-token'];
  if (typeof consul === 'string') {
    return consul;
  }
  const [, scheme, credentials] = /^(bearer|basic) +(\S+)$/i.exec(headers.authorization ?? '') ?? [];
  if (credentials === undefined) {
    return undefined;
  }
  return scheme?.toLowerCase() === 'bearer' ? credentials : passwordOf(credentials);
}

function passwordOf(credentials: string): string | undefined {
  const decoded = Buffer.from(credentials, 'base64').toString('utf8');
  const colon = decoded.indexOf(':');
  return colon < 0 ? undefined : decoded.slice(colon + 1);
}
