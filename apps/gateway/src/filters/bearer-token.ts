import type { RefusalReason } from './refusal.ts';

/** Of a token; beyond it nothing is looked at. Far more than any issuer's, and half of the largest head. */
export const MAX_TOKEN_BYTES = 8_192;

const AUTHORIZATION = 'authorization';
/** RFC 6750 section 2.1, with the scheme in any case (RFC 9110 section 11.1). */
const BEARER = /^bearer +(\S+)$/i;
/** A JWS in compact form (RFC 7515 section 7.1), with a signature. */
const SIGNED = /^[\w-]+\.[\w-]+\.[\w-]+$/;

/** The token of a request's fields, names and values in turn; or why there is none to be checked. */
export function readBearerToken(fields: readonly string[]): { readonly token: string } | RefusalReason {
  let credentials: string | undefined;
  for (let i = 0; i < fields.length; i += 2) {
    const name = fields[i] ?? '';
    if (name.length === AUTHORIZATION.length && name.toLowerCase() === AUTHORIZATION) {
      if (credentials !== undefined) {
        return 'repeated';
      }
      credentials = fields[i + 1] ?? '';
    }
  }
  return credentials === undefined ? 'missing' : toToken(credentials);
}

function toToken(credentials: string): { readonly token: string } | RefusalReason {
  const [, token] = BEARER.exec(credentials) ?? [];
  if (token === undefined) {
    return 'missing';
  }
  if (token.length > MAX_TOKEN_BYTES) {
    return 'too-large';
  }
  return SIGNED.test(token) ? { token } : 'malformed';
}
