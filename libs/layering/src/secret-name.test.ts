import { describe, expect, it } from 'vitest';

import { isSecretName } from './secret-name.ts';

describe('a key', () => {
  it.each(['dbPassword', 'PASSWD', 'passphrase', 'client_secret', 'accessToken', 'credentials', 'privateKey', 'salt'])(
    'is called what secrets are called: %s',
    (key) => {
      expect(isSecretName(key)).toBe(true);
    },
  );

  it.each(['apiKey', 'api-key', 'API_KEY', 'apikey'])('is called so however it is spelt: %s', (key) => {
    expect(isSecretName(key)).toBe(true);
  });

  it.each(['host', 'keys', 'pass', 'poolSize'])('is not called so: %s', (key) => {
    expect(isSecretName(key)).toBe(false);
  });
});
