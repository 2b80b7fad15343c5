/** Names of which a value is not shown, though nobody said that it is a secret. */
const SECRET_NAME = /passw|passphrase|secret|token|credential|private|api.?key|salt/i;

/** Whether a key is called what secrets are called. */
export function isSecretName(key: string): boolean {
  return SECRET_NAME.test(key);
}
