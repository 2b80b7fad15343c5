import { exportJWK, generateKeyPair } from 'jose';
import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';

import { keySetText, signingKey } from '../../test/tokens.ts';
import { UnusableKeysError } from './errors.ts';
import { KeySet } from './key-set.ts';

describe('a key set', () => {
  it.each(['RS256', 'PS512', 'ES256', 'ES384', 'EdDSA'])('takes a key for %s', async (algorithm) => {
    const { size, leftOut } = await KeySet.parse(keySetText(await signingKey(algorithm, 'a')));

    expect({ size, leftOut }).toEqual({ size: 1, leftOut: 0 });
  });

  it('takes a key that names no algorithm by its kind', async () => {
    const keys = await Promise.all(
      ['RS256', 'ES256', 'ES384', 'EdDSA'].map(async (algorithm) => {
        const { publicJwk } = await signingKey(algorithm, 'a');
        return { ...publicJwk, alg: undefined };
      }),
    );

    expect((await KeySet.parse(JSON.stringify({ keys }))).size).toBe(4);
  });

  it('leaves out what can not or must not check a token', async () => {
    const good = await signingKey('ES256', 'good');
    const { publicKey: weak } = generateKeyPairSync('rsa', { modulusLength: 1_024 });
    const { publicKey: other } = await generateKeyPair('ES512');
    const keys = [
      good.publicJwk,
      good.privateJwk,
      { ...good.publicJwk, use: 'enc' },
      { ...good.publicJwk, alg: 'HS256' },
      { ...good.publicJwk, alg: 'RS256' },
      { ...good.publicJwk, x: 'AAAA' },
      { kty: 'oct', k: 'c2VjcmV0', alg: 'HS256' },
      { kty: 'unheard-of' },
      weak.export({ format: 'jwk' }),
      await exportJWK(other),
    ];

    const { size, leftOut } = await KeySet.parse(JSON.stringify({ keys }));

    expect({ size, leftOut }).toEqual({ size: 1, leftOut: 9 });
  });

  it.each([
    '',
    'no json',
    '[]',
    '{}',
    '{"keys":{}}',
    '{"keys":[]}',
    '{"keys":["a"]}',
    '{"keys":[{"kty":"oct","k":"a"}]}',
  ])('is none: %s', async (text) => {
    await expect(KeySet.parse(text)).rejects.toThrow(UnusableKeysError);
  });

  it('has at most 64 keys', async () => {
    const { publicJwk } = await signingKey('ES256', 'a');
    const setOf = (length: number) => KeySet.parse(JSON.stringify({ keys: Array.from({ length }, () => publicJwk) }));

    expect((await setOf(64)).size).toBe(64);
    await expect(setOf(65)).rejects.toThrow('no key set of up to 64 keys');
  });

  it('is the same as another of the same keys', async () => {
    const [a, b] = [await signingKey('ES256', 'a'), await signingKey('ES256', 'b')];
    const keys = await KeySet.parse(keySetText(a));

    expect(keys.isSameAs(await KeySet.parse(keySetText(a)))).toBe(true);
    expect(keys.isSameAs(await KeySet.parse(keySetText(a, b)))).toBe(false);
  });
});
