import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';

/** AES-256 (FIPS 197). */
export const KEY_BYTES = 32;
/** What GCM is made for, and as long as its tag can be (NIST SP 800-38D sections 5.2.1.1 and 5.2.1.2). */
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

const CIPHER = 'aes-256-gcm';
const DIGEST = 'sha256';

/** Two lines: how the second can be checked, and the content; encrypted where there is a key, and readable without. */
export function seal(content: string, key: Uint8Array | undefined): string {
  if (key === undefined) {
    return `${DIGEST}:${digestOf(content)}\n${content}\n`;
  }
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(CIPHER, key, nonce, { authTagLength: TAG_BYTES });
  const encrypted = Buffer.concat([cipher.update(content, 'utf8'), cipher.final()]);
  const head = [CIPHER, nonce.toString('base64url'), cipher.getAuthTag().toString('base64url')].join(':');
  return `${head}\n${encrypted.toString('base64url')}\n`;
}

/**
 * Throws an Error where the content is not what was sealed, the key is another, or there is a key and the content is readable: a digest
 * is no signature, so anybody may have written that.
 */
export function unseal(text: string, key: Uint8Array | undefined): string {
  const [head = '', content = ''] = text.split('\n');
  const [method, check = '', tag = ''] = head.split(':');
  if (method === CIPHER) {
    return decrypt(content, { nonce: Buffer.from(check, 'base64url'), tag: Buffer.from(tag, 'base64url'), key });
  }
  if (key !== undefined) {
    throw new Error('it is not encrypted, and there is a cacheKey');
  }
  if (method !== DIGEST || check !== digestOf(content)) {
    throw new Error('its content does not match its digest');
  }
  return content;
}

function decrypt(
  content: string,
  { nonce, tag, key }: { readonly nonce: Buffer; readonly tag: Buffer; readonly key: Uint8Array | undefined },
): string {
  if (key === undefined) {
    throw new Error('it is encrypted, and there is no cacheKey');
  }
  try {
    const decipher = createDecipheriv(CIPHER, key, nonce, { authTagLength: TAG_BYTES });
    decipher.setAuthTag(tag);
    return Buffer.concat([decipher.update(content, 'base64url'), decipher.final()]).toString('utf8');
  } catch {
    // What OpenSSL says of it tells nothing apart: either was changed, or neither fits the key.
    throw new Error('it was encrypted with another key, or is damaged');
  }
}

function digestOf(content: string): string {
  return createHash(DIGEST).update(content).digest('hex');
}
