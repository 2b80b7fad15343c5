import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';

import { newSecrets } from './secrets.ts';

const STAGING = { name: 'staging', namespace: 'signalbox-staging' };

/** Each secret's name with what it holds. */
const contents = () =>
  Object.fromEntries(
    newSecrets(STAGING).map(({ metadata, stringData }) => [metadata.name, stringData as Record<string, string>]), // as made here
  );

it('gives the servers the digests of the tokens that callers are given, for their environment', () => {
  const secrets = contents();
  const digest = (caller: string) =>
    createHash('sha256')
      .update(secrets[`${caller}-token`]?.['token'] ?? '')
      .digest('hex');

  expect(JSON.parse(secrets['server-tokens']?.['tokens.json'] ?? '')).toEqual([
    { name: 'operator', role: 'admin', services: ['*'], environments: ['*'], sha256: digest('operator') },
    { name: 'gateway', role: 'reader', services: ['*'], environments: ['staging'], sha256: digest('gateway') },
    {
      name: 'shop',
      role: 'service',
      services: ['web', 'orders', 'products'],
      environments: ['staging'],
      sha256: digest('shop'),
    },
  ]);
});

it('makes other tokens every time, and none twice', () => {
  const tokens = [...Object.values(contents()), ...Object.values(contents())].flatMap(({ token }) => token ?? []);

  expect(new Set(tokens).size).toBe(6);
  expect(tokens.every((token) => /^[0-9a-f]{48}$/.test(token))).toBe(true);
});
