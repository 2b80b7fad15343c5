import { createLocalJWKSet, jwtVerify } from 'jose';
import { generateKeyPairSync } from 'node:crypto';
import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

import { temporaryDirectory } from '@signalbox/testkit';

import { SigningKey } from './signing-key.ts';

const TIMES = { now: Date.UTC(2026, 0, 31), ttlMs: 90_500 };

describe('a token', () => {
  it('is verified by the public keys, and says who it is for and until when', async () => {
    await using directory = await temporaryDirectory();
    const key = await SigningKey.open(join(directory.path, 'key.pem'));

    const { payload, protectedHeader } = await jwtVerify(
      await key.sign('ada', TIMES),
      createLocalJWKSet({ keys: [...key.publicKeys.keys] }),
      { issuer: 'shop-auth', audience: 'shop', currentDate: new Date(TIMES.now) },
    );

    expect(payload).toMatchObject({ sub: 'ada', iat: TIMES.now / 1_000, exp: TIMES.now / 1_000 + 90 });
    expect(protectedHeader).toMatchObject({ alg: 'EdDSA', kid: key.publicKeys.keys[0]?.kid });
  });

  it('comes with public keys in which nothing is private', async () => {
    await using directory = await temporaryDirectory();
    const key = await SigningKey.open(join(directory.path, 'key.pem'));

    expect(Object.keys({ ...key.publicKeys.keys[0] }).toSorted()).toEqual(['alg', 'crv', 'kid', 'kty', 'use', 'x']);
  });
});

describe('the key', () => {
  it('is made once by all who start at once, for its owner alone, and kept', async () => {
    await using directory = await temporaryDirectory();
    const path = join(directory.path, 'key.pem');

    const keys = await Promise.all(Array.from({ length: 5 }, () => SigningKey.open(path)));
    const later = await SigningKey.open(path);

    expect(new Set([...keys, later].map(({ publicKeys }) => publicKeys.keys[0]?.kid)).size).toBe(1);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(await readdir(directory.path)).toEqual(['key.pem']);
  });

  it.each([
    ['nothing', ''],
    ['a text', 'hunter2'],
    ['another kind of key', generateKeyPairSync('x25519').privateKey.export({ type: 'pkcs8', format: 'pem' })],
    ['a public key', generateKeyPairSync('ed25519').publicKey.export({ type: 'spki', format: 'pem' })],
  ])('is refused, naming the variable, and left as it is where the file holds %s', async (_kind, content) => {
    await using directory = await temporaryDirectory();
    const path = join(directory.path, 'key.pem');
    await writeFile(path, content);

    await expect(SigningKey.open(path)).rejects.toThrow(/^SHOP_AUTH_KEY_FILE: (?!.*hunter2)/);
    expect(await readFile(path, 'utf8')).toBe(content);
  });

  it('is asked for where none can be made', async () => {
    await using directory = await temporaryDirectory();

    await expect(SigningKey.open(join(directory.path, 'absent', 'key.pem'))).rejects.toThrow(
      /^SHOP_AUTH_KEY_FILE: no key is there, and none can be made: ENOENT/,
    );
  });
});
