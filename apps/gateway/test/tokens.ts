import { type CryptoKey, exportJWK, generateKeyPair, type JWK, type JWTPayload, SignJWT } from 'jose';

/** A key pair of an issuer. */
export interface SigningKey {
  readonly algorithm: string;
  readonly privateKey: CryptoKey;
  readonly publicJwk: JWK;
  readonly privateJwk: JWK;
}

/** `kid` undefined: a key without a name. */
export async function signingKey(algorithm: string, kid: string | undefined): Promise<SigningKey> {
  const { privateKey, publicKey } = await generateKeyPair(algorithm, { extractable: true });
  const named = { ...(kid !== undefined && { kid }), alg: algorithm, use: 'sig' };
  return {
    algorithm,
    privateKey,
    publicJwk: { ...(await exportJWK(publicKey)), ...named },
    privateJwk: { ...(await exportJWK(privateKey)), ...named },
  };
}

/** The text of a key set, as a server answers it. */
export function keySetText(...keys: readonly SigningKey[]): string {
  return JSON.stringify({ keys: keys.map(({ publicJwk }) => publicJwk) });
}

export interface TokenOptions {
  /** Milliseconds since the Unix epoch; the token is valid for a minute from then on. */
  readonly nowMs: number;
  /** Instead of the usual ones, or beside them; undefined leaves one out. */
  readonly claims?: JWTPayload | Readonly<Record<string, unknown>>;
  /** Instead of the key's. */
  readonly header?: Readonly<Record<string, unknown>>;
}

export const ISSUER = 'shop-auth';
export const AUDIENCE = 'shop';

/** A token for the user ann. */
export async function signToken(key: SigningKey, { nowMs, claims, header }: TokenOptions): Promise<string> {
  const nowS = Math.floor(nowMs / 1_000);
  const usual = { iss: ISSUER, aud: AUDIENCE, sub: 'ann', iat: nowS, exp: nowS + 60 };
  const { kid } = key.publicJwk;
  return await new SignJWT({ ...usual, ...claims })
    .setProtectedHeader({ alg: key.algorithm, ...(kid !== undefined && { kid }), ...header })
    .sign(key.privateKey);
}

/** A token with any parts, as an attacker puts it together. */
export function forgeToken(header: object, claims: object, signature = 'c2lnbmF0dXJl'): string {
  return [header, claims].map((part) => encode(JSON.stringify(part))).join('.') + `.${signature}`;
}

export function encode(text: string): string {
  return Buffer.from(text).toString('base64url');
}
