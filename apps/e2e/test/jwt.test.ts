import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { Platform } from '../src/platform.ts';
import { TokenIssuer } from '../src/tokens/token-issuer.ts';

let platform: Platform;
let issuer: TokenIssuer;

beforeAll(async () => {
  platform = await Platform.startWithEcho([{ id: 'echo-1' }]);
  issuer = await TokenIssuer.start(platform.url('registry'));
  await configure({
    'jwtProviders.shop': {
      issuer: 'shop-auth',
      audiences: ['shop'],
      remoteJWKS: { backendRef: { name: 'auth' } },
      claimToHeaders: [{ claim: 'sub', header: 'x-user' }],
    },
    'routes.echo.jwt': { provider: 'shop' },
  });
  await platform.logged(/^gateway .*"keys":1,.*"keys to check tokens with"/);
}, 60_000);

afterAll(async () => {
  await issuer[Symbol.asyncDispose]();
  await platform[Symbol.asyncDispose]();
});

/** Resolves once the gateway routes by it. */
async function configure(set: Record<string, unknown>): Promise<void> {
  const { status, body } = await platform.update({ service: 'gateway', environment: 'production', set });
  expect(status).toBe(200);
  await platform.logged(new RegExp(`^gateway .*${String(body['version'])}.*routes in force`));
}

async function ask(token?: string): Promise<Response> {
  return fetch(platform.url('gateway', '/echo'), {
    headers: { 'x-user': 'root', ...(token !== undefined && { authorization: `Bearer ${token}` }) },
  });
}

describe('a route that asks for a token', () => {
  it('refuses a request without one, and one whose token was tampered with', async () => {
    const without = await ask();
    const tampered = await ask(`${issuer.tokenFor('ann').slice(0, -4)}AAAA`);

    expect([without.status, without.headers.get('www-authenticate')]).toEqual([401, 'Bearer realm="shop"']);
    expect(tampered.status).toBe(401);
    expect(await tampered.json()).toMatchObject({ code: 'gateway/token-refused' });
  });

  it('sends on a request with one, in the user’s name and nobody else’s', async () => {
    const response = await ask(issuer.tokenFor('ann'));

    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({ servedBy: 'echo-1', user: 'ann' });
  });

  it('takes tokens of a key that the issuer signs with since a moment ago, and those of the one before', async () => {
    const before = issuer.tokenFor('bob');
    issuer.rotate();

    const answers = await Promise.all([issuer.tokenFor('cid'), before].map(ask));

    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
  });

  it('goes on with the keys it has when the issuer is gone', async () => {
    const token = issuer.tokenFor('dan');
    await issuer[Symbol.asyncDispose]();

    expect((await ask(token)).status).toBe(200);
  });
});
