import { calculateJwkThumbprint, exportJWK, type JWK, SignJWT } from 'jose';
import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, randomUUID } from 'node:crypto';
import { access, constants, link, rm, writeFile } from 'node:fs/promises';

import { readSettingFile } from '@signalbox/service-runtime/settings';

import { ShopStartError } from '../errors.ts';

const VARIABLE = 'SHOP_AUTH_KEY_FILE';
/** RFC 8037: Ed25519. */
const ALGORITHM = 'EdDSA';
const ISSUER = 'shop-auth';
const AUDIENCE = 'shop';

/** The key that tokens are signed with, and what others check them by. */
export class SigningKey {
  /** As `/.well-known/jwks.json` answers it. */
  readonly publicKeys: { readonly keys: readonly JWK[] };
  readonly #privateKey: KeyObject;
  readonly #id: string;

  private constructor(privateKey: KeyObject, publicKey: JWK & { kid: string }) {
    this.#privateKey = privateKey;
    this.#id = publicKey.kid;
    this.publicKeys = { keys: [publicKey] };
  }

  /**
   * The key in a file: PKCS #8 in PEM, Ed25519. Where there is no such file it is made, readable by its owner alone; of several
   * processes that make it at once, one does. Rejects with a ShopStartError, or a SettingsError where it can't be read, that names the variable.
   */
  static async open(path: string): Promise<SigningKey> {
    await makeUnlessThere(path);
    const privateKey = parseKey(readSettingFile(VARIABLE, path));
    const jwk = await exportJWK(createPublicKey(privateKey));
    return new SigningKey(privateKey, { ...jwk, kid: await calculateJwkThumbprint(jwk), alg: ALGORITHM, use: 'sig' });
  }

  /** A token for a user, from `now` on, in milliseconds since the Unix epoch. */
  async sign(user: string, { now, ttlMs }: { now: number; ttlMs: number }): Promise<string> {
    return await new SignJWT()
      .setProtectedHeader({ alg: ALGORITHM, kid: this.#id, typ: 'JWT' })
      .setIssuer(ISSUER)
      .setAudience(AUDIENCE)
      .setSubject(user)
      .setJti(randomUUID())
      .setIssuedAt(Math.floor(now / 1_000))
      .setExpirationTime(Math.floor((now + ttlMs) / 1_000))
      .sign(this.#privateKey);
  }
}

async function makeUnlessThere(path: string): Promise<void> {
  try {
    await access(path, constants.F_OK);
  } catch {
    await make(path); // it is not there, or the directory can't be looked into: then it can't be made either
  }
}

/** A link is made with its whole content, or not at all where another process was faster. */
async function make(path: string): Promise<void> {
  const { privateKey } = generateKeyPairSync('ed25519');
  const unfinished = `${path}.${randomUUID()}`;
  try {
    await writeFile(unfinished, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600, flag: 'wx' });
    await link(unfinished, path);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException; // node:fs rejects with them
    if (code !== 'EEXIST') {
      throw new ShopStartError(`${VARIABLE}: no key is there, and none can be made: ${message}`, { cause: error });
    }
  } finally {
    await rm(unfinished, { force: true });
  }
}

function parseKey(pem: string): KeyObject {
  const key = tryParse(pem);
  if (key?.asymmetricKeyType !== 'ed25519') {
    throw new ShopStartError(`${VARIABLE}: must be an Ed25519 private key as PKCS #8 in PEM`);
  }
  return key;
}

function tryParse(pem: string): KeyObject | undefined {
  try {
    return createPrivateKey(pem);
  } catch {
    return undefined; // no more is said of a secret than that it is none
  }
}
