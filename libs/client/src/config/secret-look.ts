import { type ConfigValue, isSecretName, type KeyPath } from '@signalbox/layering/keys';

/** What a number is called that is a secret itself: not `tokenTtlMs`. */
const SECRET_ITSELF = /(?:passw(?:or)?d|passphrase|secret|token|credentials?|api.?key|salt)$/i;

/** The config-server serves a reference as it is written: it is no secret. */
const REFERENCE = /^\$\{secret:[^{}]*\}$/;
/** User and password in an address (RFC 3986 section 3.2.1). */
const ADDRESS_WITH_PASSWORD = /:\/\/[^\s/?#@]*:[^\s/?#@]+@/;
/** The first line of a private key (RFC 7468 sections 10 and 11). */
const PRIVATE_KEY = /-----BEGIN [A-Z ]*PRIVATE KEY-----/;

/** Whether the key, or a map that it stands in, is called what secrets are called, or what stands beside them: `tokenUrl`. */
export function hasSecretName(keyPath: KeyPath): boolean {
  return keyPath.some((key) => isSecretName(key));
}

/** Whether nobody said that it is a secret, and it is better taken for one. `true`, `false`, null, an empty text and a reference are none. */
export function looksSecret(keyPath: KeyPath, value: ConfigValue): boolean {
  switch (typeof value) {
    case 'string':
      return isSecretText(keyPath, value);
    case 'number':
      return SECRET_ITSELF.test(keyPath.at(-1) ?? '');
    default:
      return false;
  }
}

function isSecretText(keyPath: KeyPath, text: string): boolean {
  if (text === '' || REFERENCE.test(text)) {
    return false;
  }
  return hasSecretName(keyPath) || ADDRESS_WITH_PASSWORD.test(text) || PRIVATE_KEY.test(text);
}
