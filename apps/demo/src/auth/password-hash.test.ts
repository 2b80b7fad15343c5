import { describe, expect, it } from 'vitest';

import { hashPassword, matchesPassword, NOBODYS_HASH, parsePasswordHash, type PasswordHash } from './password-hash.ts';

function parsed(text: string): PasswordHash {
  const hash = parsePasswordHash(text);
  if (hash === undefined) {
    throw new Error(`no hash: ${text}`);
  }
  return hash;
}

describe('a hashed password', () => {
  it('matches itself, however its letters are composed, and nothing else', async () => {
    const hash = parsed(await hashPassword('caf\u00e9'));

    expect(await matchesPassword('cafe\u0301', hash)).toBe(true);
    expect(await matchesPassword('cafe', hash)).toBe(false);
  });

  it('is another one each time', async () => {
    expect(await hashPassword('secret')).not.toBe(await hashPassword('secret'));
  });

  // RFC 7914 section 12: the first 32 bytes of the third vector are those of a hash of 32.
  it('is the scrypt of RFC 7914', async () => {
    const salt = Buffer.from('SodiumChloride').toString('base64').replace(/=+$/, '');
    const hash = Buffer.from('7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2', 'hex');
    const text = `$scrypt$ln=14,r=8,p=1$${salt}$${hash.toString('base64').replace(/=+$/, '')}`;

    expect(await matchesPassword('pleaseletmein', parsed(text))).toBe(true);
  });

  it.each([
    '',
    'secret',
    '$2b$10$abcdefghijklmnopqrstuv',
    '$scrypt$ln=14,r=8,p=5$c2FsdHNhbHRzYWx0$dG9vIHNob3J0',
    `$scrypt$ln=17,r=8,p=1$c2FsdHNhbHRzYWx0$${'A'.repeat(43)}`,
    `$scrypt$ln=0,r=8,p=1$c2FsdHNhbHRzYWx0$${'A'.repeat(43)}`,
    `$scrypt$ln=14,r=8,p=17$c2FsdHNhbHRzYWx0$${'A'.repeat(43)}`,
  ])('is not this: %j', (text) => {
    expect(parsePasswordHash(text)).toBeUndefined();
  });

  it('of nobody matches nothing', async () => {
    expect(await matchesPassword('', NOBODYS_HASH)).toBe(false);
  });
});
