import { describe, expect, it } from 'vitest';

import { MAX_TOKEN_BYTES, readBearerToken } from './bearer-token.ts';

const TOKEN = 'eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJhIn0.c2lnbmF0dXJl';

describe('the token of a request', () => {
  it.each([
    ['Authorization', `Bearer ${TOKEN}`],
    ['authorization', `bearer   ${TOKEN}`],
    ['AUTHORIZATION', `BEARER ${TOKEN}`],
  ])('is read from %s: %s', (name, value) => {
    expect(readBearerToken(['Accept', '*/*', name, value])).toEqual({ token: TOKEN });
  });

  it.each([
    ['missing', []],
    ['missing', ['Authorization', 'Basic dXNlcjpwYXNz']],
    ['missing', ['Authorization', 'Bearer']],
    ['missing', ['Authorization', 'Bearer ']],
    ['missing', ['Authorization', TOKEN]],
    ['missing', ['Authorization', `Bearer ${TOKEN} ${TOKEN}`]],
    ['missing', ['Cookie', `token=${TOKEN}`, 'X-Authorization', `Bearer ${TOKEN}`]],
    ['repeated', ['Authorization', `Bearer ${TOKEN}`, 'authorization', `Bearer ${TOKEN}`]],
    ['repeated', ['Authorization', 'Basic dXNlcjpwYXNz', 'Authorization', `Bearer ${TOKEN}`]],
    ['malformed', ['Authorization', 'Bearer garbage']],
    ['malformed', ['Authorization', 'Bearer a.b.']],
    ['malformed', ['Authorization', 'Bearer a.b.c.d.e']],
    ['malformed', ['Authorization', 'Bearer a.b+/.c']],
    ['malformed', ['Authorization', 'Bearer a.b.c==']],
  ])('is %s in %j', (reason, fields) => {
    expect(readBearerToken(fields)).toBe(reason);
  });

  it('has up to 8 KiB', () => {
    const longest = `${'a'.repeat(MAX_TOKEN_BYTES - 4)}.b.c`;

    expect(readBearerToken(['Authorization', `Bearer ${longest}`])).toEqual({ token: longest });
    expect(readBearerToken(['Authorization', `Bearer a${longest}`])).toBe('too-large');
  });
});
