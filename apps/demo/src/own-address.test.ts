import { describe, expect, it } from 'vitest';

import { ownAddress } from './own-address.ts';

describe('ownAddress', () => {
  it('is the one that the server was told to listen on', async () => {
    await expect(ownAddress({ host: '10.0.0.7', registryUrl: 'http://registry.invalid' })).resolves.toBe('10.0.0.7');
  });

  it.each([
    ['http://127.0.0.1:8500', '127.0.0.1'],
    ['http://localhost:8500', /^(127\.0\.0\.1|::1)$/],
  ])(
    'of a server on every address is the one that the registry at %s is reached from',
    async (registryUrl, address) => {
      await expect(ownAddress({ host: '0.0.0.0', registryUrl })).resolves.toMatch(address);
    },
  );

  it('is not made up where the registry is not known', async () => {
    await expect(ownAddress({ host: '0.0.0.0', registryUrl: 'http://registry.invalid' })).rejects.toThrow(
      'registry.invalid',
    );
  });
});
