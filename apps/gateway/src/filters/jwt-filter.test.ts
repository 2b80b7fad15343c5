import { SignJWT } from 'jose';
import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';

import type { JwtProvider } from '@signalbox/schemas';

import { FakeClock } from '@signalbox/testkit';

import {
  AUDIENCE,
  encode,
  forgeToken,
  ISSUER,
  keySetText,
  type SigningKey,
  signingKey,
  signToken,
} from '../../test/tokens.ts';
import { JwtFilter, type Verdict } from './jwt-filter.ts';
import { RemoteKeys } from './remote-keys.ts';
import { TokenOutcomes } from './token-outcomes.ts';

const DEFINITION: JwtProvider = {
  issuer: ISSUER,
  audiences: ['console', AUDIENCE],
  remoteJWKS: { uri: 'https://auth.example/keys', cacheDuration: 300_000 },
  claimToHeaders: [{ claim: 'sub', header: 'x-user' }],
};
const ANN = ['x-user', 'ann'];
const AHEAD_S = 61;

/** A filter whose keys' server is in memory. */
class Stage implements AsyncDisposable {
  readonly clock = new FakeClock();
  readonly outcomes = new TokenOutcomes();
  readonly filter: JwtFilter;
  readonly #keys: RemoteKeys;
  text: string;
  asked = 0;

  constructor(text: string) {
    this.text = text;
    this.#keys = new RemoteKeys({
      clock: this.clock,
      refreshMs: DEFINITION.remoteJWKS.cacheDuration,
      source: () => {
        this.asked += 1;
        return Promise.resolve(this.text);
      },
    });
    const { clock, outcomes } = this;
    this.filter = new JwtFilter('shop', DEFINITION, { keys: this.#keys, outcomes, now: () => clock.now() });
  }

  static async open(...keys: readonly SigningKey[]): Promise<Stage> {
    const stage = new Stage(keySetText(...keys));
    await stage.#keys.ready;
    return stage;
  }

  get nowMs(): number {
    return this.clock.now();
  }

  get nowS(): number {
    return Math.floor(this.nowMs / 1_000);
  }

  async check(token: string): Promise<Verdict> {
    return await this.filter.check(['Authorization', `Bearer ${token}`]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#keys.close();
  }
}

const rsa = await signingKey('RS256', 'rsa');
const ec = await signingKey('ES256', 'ec');

describe('a request with a token', () => {
  it.each(['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'EdDSA'])(
    'passes when it is signed by %s',
    async (algorithm) => {
      const key = await signingKey(algorithm, 'a');
      await using stage = await Stage.open(key);

      expect(await stage.check(await signToken(key, stage))).toEqual(ANN);
    },
  );

  it('passes by any of the audiences, also of several', async () => {
    await using stage = await Stage.open(ec);
    const token = await signToken(ec, { nowMs: stage.nowMs, claims: { aud: ['elsewhere', 'console'] } });

    expect(await stage.check(token)).toEqual(ANN);
  });

  it('passes as long as clocks differ by no more than a minute', async () => {
    await using stage = await Stage.open(ec);
    const expired = await signToken(ec, { nowMs: stage.nowMs, claims: { exp: stage.nowS - 59 } });
    const future = await signToken(ec, { nowMs: stage.nowMs, claims: { nbf: stage.nowS + 60 } });

    expect(await stage.check(expired)).toEqual(ANN);
    expect(await stage.check(future)).toEqual(ANN);
  });

  it('passes without a key’s name where only one key fits', async () => {
    await using stage = await Stage.open(ec, rsa);

    expect(await stage.check(await signToken(ec, { nowMs: stage.nowMs, header: { kid: undefined } }))).toEqual(ANN);
  });

  it.each<[string, string, Record<string, unknown>]>([
    ['expired', 'that is expired', { exp: 0 }],
    ['malformed', 'that never expires', { exp: undefined }],
    ['malformed', 'whose expiry is no number', { exp: 'tomorrow' }],
    ['issuer', 'of another issuer', { iss: 'elsewhere' }],
    ['issuer', 'of no issuer', { iss: undefined }],
    ['issuer', 'whose issuer is a list', { iss: [ISSUER] }],
    ['audience', 'for another audience', { aud: 'elsewhere' }],
    ['audience', 'for no audience', { aud: undefined }],
    ['unusable-claim', 'whose claim would be a line of its own', { sub: 'ann\r\nx-role: admin' }],
  ])('is refused as %s: one %s', async (reason, _, claims) => {
    await using stage = await Stage.open(ec);

    expect(await stage.check(await signToken(ec, { nowMs: stage.nowMs, claims }))).toBe(reason);
  });

  it('is refused by a token beyond the skew, in the past and in the future', async () => {
    await using stage = await Stage.open(ec);
    const { nowMs, nowS } = stage;

    expect(await stage.check(await signToken(ec, { nowMs, claims: { exp: nowS - 60 } }))).toBe('expired');
    expect(await stage.check(await signToken(ec, { nowMs, claims: { nbf: nowS + AHEAD_S } }))).toBe('not-yet-valid');
  });

  it('is refused before there are keys', async () => {
    await using stage = new Stage('');

    expect(await stage.check(await signToken(ec, stage))).toBe('no-keys');
  });
});

describe('an attacker', () => {
  const CLAIMS = { iss: ISSUER, aud: AUDIENCE, sub: 'root', exp: 99_999_999_999 };

  it.each(['none', 'None', 'NONE', 'nOnE'])('gets nowhere with the algorithm %s', async (alg) => {
    await using stage = await Stage.open(ec);

    expect(await stage.check(forgeToken({ alg }, CLAIMS, ''))).toBe('malformed');
    expect(await stage.check(forgeToken({ alg, kid: 'ec' }, CLAIMS))).toBe('algorithm');
  });

  it.each(['HS256', 'HS384', 'HS512'])('gets nowhere with %s and the public key as the secret', async (alg) => {
    await using stage = await Stage.open(rsa);
    const input = forgeToken({ alg, kid: 'rsa' }, CLAIMS, '').slice(0, -1);
    const secrets = [JSON.stringify(rsa.publicJwk), rsa.publicJwk.n ?? '', stage.text];

    for (const secret of secrets) {
      const signature = createHmac(alg.replace('HS', 'sha'), secret).update(input).digest('base64url');
      expect(await stage.check(`${input}.${signature}`)).toBe('algorithm');
    }
  });

  it('gets nowhere with an HMAC key in the very key set', async () => {
    const secret = Buffer.from('a secret that is not as secret as it should be');
    await using stage = new Stage(
      JSON.stringify({ keys: [ec.publicJwk, { kty: 'oct', kid: 'shared', k: secret.toString('base64url') }] }),
    );
    await stage.filter.keys.ready;
    const token = await new SignJWT(CLAIMS).setProtectedHeader({ alg: 'HS256', kid: 'shared' }).sign(secret);

    expect(await stage.check(token)).toBe('algorithm');
  });

  it('gets nowhere with an algorithm other than the key’s', async () => {
    await using stage = await Stage.open(rsa, ec);
    const { nowMs } = stage;
    const rsaAsPss = await new SignJWT(CLAIMS)
      .setProtectedHeader({ alg: 'PS256', kid: 'rsa' })
      .sign((await signingKey('PS256', 'rsa')).privateKey);

    expect(await stage.check(rsaAsPss)).toBe('unknown-key');
    expect(await stage.check(await signToken(ec, { nowMs, header: { kid: 'rsa' } }))).toBe('unknown-key');
  });

  it('gets nowhere with a key of their own, named as ours or brought along', async () => {
    await using stage = await Stage.open(ec);
    const own = await signingKey('ES256', 'ec');
    const { nowMs } = stage;

    expect(await stage.check(await signToken(own, { nowMs }))).toBe('signature');
    expect(await stage.check(await signToken(own, { nowMs, header: { jwk: own.publicJwk } }))).toBe('signature');
    expect(await stage.check(await signToken(own, { nowMs, header: { jku: 'https://evil.example' } }))).toBe(
      'signature',
    );
    expect(await stage.check(await signToken(own, { nowMs, header: { kid: '../../etc/passwd' } }))).toBe('unknown-key');
  });

  it('gets nowhere with other claims under a good signature', async () => {
    await using stage = await Stage.open(ec);
    const [header = '', , signature = ''] = (await signToken(ec, stage)).split('.');

    expect(await stage.check(`${header}.${encode(JSON.stringify(CLAIMS))}.${signature}`)).toBe('signature');
  });

  it.each([
    ['no JSON as header', `${encode('no json')}.${encode('{}')}.c2ln`],
    ['a list as header', `${encode('[]')}.${encode('{}')}.c2ln`],
    ['no algorithm', forgeToken({ kid: 'ec' }, CLAIMS)],
    ['a number as algorithm', forgeToken({ alg: 256 }, CLAIMS)],
    ['a character that is no base64', `${encode('{"alg":"ES256"}')}.a.c`],
  ])('gets nowhere with %s', async (_, token) => {
    await using stage = await Stage.open(ec);

    expect(['malformed', 'signature', 'unknown-key']).toContain(await stage.check(token));
    expect(stage.outcomes.counts.has('verified')).toBe(false);
  });

  it('gets nowhere with what only a later reader would understand', async () => {
    await using stage = await Stage.open(ec);
    const token = forgeToken({ alg: 'ES256', kid: 'ec', crit: ['exp2'], exp2: 1 }, CLAIMS);

    expect(await stage.check(token)).toBe('algorithm');
  });

  it('has no keys fetched again and again by naming unknown ones', async () => {
    await using stage = await Stage.open(ec);
    const tokens = Array.from({ length: 100 }, (_, i) => forgeToken({ alg: 'ES256', kid: `unknown-${i}` }, CLAIMS));

    const verdicts = await Promise.all(tokens.map((token) => stage.check(token)));

    expect(new Set(verdicts)).toEqual(new Set(['unknown-key']));
    expect(stage.asked).toBe(2);
  });
});

describe('keys that are replaced while requests come', () => {
  it('check the first token that names the new one', async () => {
    await using stage = await Stage.open(ec);
    const next = await signingKey('ES256', 'next');
    stage.text = keySetText(ec, next);

    expect(await stage.check(await signToken(next, stage))).toEqual(ANN);
    expect(stage.asked).toBe(2);
  });

  it('no longer check by the old one, nor remember what it verified', async () => {
    await using stage = await Stage.open(ec);
    const token = await signToken(ec, stage);
    const next = await signingKey('ES256', 'next');
    expect(await stage.check(token)).toEqual(ANN);
    stage.text = keySetText(next);
    await stage.check(await signToken(next, stage));

    expect(await stage.check(token)).toBe('unknown-key');
  });
});

describe('a token that was verified', () => {
  it('is answered at once when it comes again, until it expires', async () => {
    await using stage = await Stage.open(ec);
    const token = await signToken(ec, stage);
    const fields = ['Authorization', `Bearer ${token}`];
    await stage.check(token);

    expect(stage.filter.check(fields)).toEqual(ANN);
    await stage.clock.advance(119_999);
    expect(stage.filter.check(fields)).toEqual(ANN);
    await stage.clock.advance(1);
    expect(await stage.filter.check(fields)).toBe('expired');
  });

  it('is counted apart from those whose signature was checked, and from those refused', async () => {
    await using stage = await Stage.open(ec);
    const token = await signToken(ec, stage);
    for (const presented of [token, token, token, 'garbage']) {
      await stage.check(presented);
    }

    expect(Object.fromEntries(stage.outcomes.counts)).toEqual({ verified: 1, remembered: 2, malformed: 1 });
  });
});
