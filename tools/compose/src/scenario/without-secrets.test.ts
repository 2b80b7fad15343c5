import { describe, expect, it } from 'vitest';

import { withoutSecrets } from './without-secrets.ts';

const TOKEN = 'q8Zr-4vJx_0aTtY3nKp7WmLc5dEfGhIjB2sUoVwXyZ9';

describe('a text without secrets', () => {
  it.each([
    [`called with ${TOKEN}`, `${TOKEN}\n`, 'called with [secret]'],
    [
      `postgres://shop:${TOKEN}@postgres`,
      `postgres://shop:${TOKEN}@postgres:5432/shop`,
      'postgres://shop:[secret]@postgres',
    ],
    [`requirepass ${TOKEN}`, `requirepass ${TOKEN}\n`, 'requirepass [secret]'],
    ['an operator logged in', `[{ "name": "operator", "sha256": "${'0'.repeat(64)}" }]`, 'an operator logged in'],
  ])('of %j and a file of %j is %j', (text, file, expected) => {
    expect(withoutSecrets(text, [file])).toBe(expected);
  });

  it('has none of several, nor one that stands twice', () => {
    expect(withoutSecrets(`${TOKEN} ${'a'.repeat(43)} ${TOKEN}`, [TOKEN, 'a'.repeat(43)])).toBe(
      '[secret] [secret] [secret]',
    );
  });
});
