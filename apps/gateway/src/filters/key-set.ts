import type * as Jose from 'jose';
import type { JWK, JWTPayload, JWTVerifyGetKey, JWTVerifyOptions } from 'jose';

import * as z from 'zod';

import { UnusableKeysError } from './errors.ts';

/**
 * Signatures by a private key alone: with HMAC, whoever can check a token could make one, and a public key that is taken for the secret
 * is known to everybody (RFC 8725 sections 2.1 and 3.1).
 */
const ALGORITHMS: readonly string[] = [
  ...['RS256', 'RS384', 'RS512'],
  ...['PS256', 'PS384', 'PS512'],
  ...['ES256', 'ES384'],
  'EdDSA',
];

/** An algorithm by which a key is tried that names none, by its kind and curve. */
const TRIED: Readonly<Record<string, string>> = {
  RSA: 'RS256',
  'EC P-256': 'ES256',
  'EC P-384': 'ES384',
  'OKP Ed25519': 'EdDSA',
};

const MAX_KEYS = 64;
/** 2048 bits (RFC 7518 section 3.3). */
const MIN_RSA_BYTES = 256;

const JsonWebKeySet = z.object({ keys: z.array(z.looseObject({ kty: z.string() })).max(MAX_KEYS) });

/** The keys of one answer of a provider, never changed afterwards. */
export class KeySet {
  /** How many of the keys can check tokens. */
  readonly size: number;
  /** How many were left out: private, weak, of another use or of a kind that is not accepted. */
  readonly leftOut: number;
  readonly #jose: typeof Jose;
  /** The key that a token names, if it fits the token's algorithm. */
  readonly #keyOf: JWTVerifyGetKey;
  readonly #text: string;

  private constructor(keys: readonly JWK[], leftOut: number, jose: typeof Jose) {
    this.size = keys.length;
    this.leftOut = leftOut;
    this.#jose = jose;
    this.#keyOf = jose.createLocalJWKSet({ keys: [...keys] });
    this.#text = JSON.stringify(keys);
  }

  /** Reads a JSON Web Key Set (RFC 7517). Rejects with an UnusableKeysError for any other text, and where no key can check a token. */
  static async parse(text: string): Promise<KeySet> {
    const { keys } = toKeySet(text);
    const jose = await import('jose'); // here, because a gateway whose routes ask for no token does without it
    const areUsable = await Promise.all(keys.map((key) => isUsable(key, jose)));
    const usable = keys.filter((_, i) => areUsable[i]);
    if (usable.length === 0) {
      throw new UnusableKeysError(`answered with ${keys.length} keys, of which none can check a token`);
    }
    return new KeySet(usable, keys.length - usable.length, jose);
  }

  /** The claims of a token that one of the keys signed. Rejects with an error of jose, known by its code, for any other. */
  async verify(token: string, options: JWTVerifyOptions): Promise<JWTPayload> {
    const { payload } = await this.#jose.jwtVerify(token, this.#keyOf, { ...options, algorithms: [...ALGORITHMS] });
    return payload;
  }

  isSameAs(other: KeySet): boolean {
    return this.#text === other.#text;
  }
}

function toKeySet(text: string): z.infer<typeof JsonWebKeySet> {
  try {
    return JsonWebKeySet.parse(JSON.parse(text));
  } catch (cause) {
    throw new UnusableKeysError(`answered with no key set of up to ${MAX_KEYS} keys`, { cause });
  }
}

async function isUsable(key: JWK, { importJWK }: typeof Jose): Promise<boolean> {
  const algorithm = key.alg ?? TRIED[key.crv === undefined ? (key.kty ?? '') : `${key.kty} ${key.crv}`] ?? '';
  const isPublic = key.d === undefined && key.k === undefined;
  const isForSignatures = key.use === undefined || key.use === 'sig';
  if (!isPublic || !isForSignatures || !ALGORITHMS.includes(algorithm) || isWeak(key)) {
    return false;
  }
  return await importJWK(key, algorithm).then(
    () => true,
    () => false, // whatever is wrong with it, it checks nothing; KeySet counts it as left out
  );
}

function isWeak({ kty, n = '' }: JWK): boolean {
  return kty === 'RSA' && Buffer.from(n, 'base64url').length < MIN_RSA_BYTES;
}
