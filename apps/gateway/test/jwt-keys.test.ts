import { describe, expect, it } from 'vitest';

import { FakeClock, freePort } from '@signalbox/testkit';

import { AuthServer } from './auth-server.ts';
import { startHarness } from './harness.ts';
import { ask, bearer, echo, key, KEYS, next, ROUTES, SHOP, stageWith, tokenFor, valuesOf } from './jwt-stage.ts';
import { AUDIENCE, forgeToken, ISSUER, keySetText } from './tokens.ts';

describe('the keys of a provider', () => {
  it('are replaced while requests come, none of which is lost', async () => {
    const keys = { text: keySetText(key) };
    await using stage = await stageWith(keys);
    expect((await ask(stage.gateway.url, bearer(await tokenFor()))).status).toBe(200);
    keys.text = keySetText(key, next);

    const tokens = await Promise.all(
      Array.from({ length: 20 }, (_, i) => tokenFor({ sub: `user-${i}` }, i % 2 === 0 ? key : next)),
    );
    const answers = await Promise.all(tokens.map((token) => ask(stage.gateway.url, bearer(token))));

    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    expect(stage.auth.asked).toEqual(['/keys', '/keys']);
  });

  it('are not asked for again by whoever names unknown ones', async () => {
    await using stage = await stageWith();
    const claims = { iss: ISSUER, aud: AUDIENCE, exp: 99_999_999_999 };

    for (let i = 0; i < 20; i++) {
      const token = forgeToken({ alg: 'ES256', kid: `unknown-${i}` }, claims);
      expect((await ask(stage.gateway.url, bearer(token))).body['detail']).toContain('a key that is not known');
    }

    expect(stage.auth.asked).toHaveLength(2);
  });

  it('stay when their server goes, also for another definition of the provider', async () => {
    await using orders = await echo();
    const auth = await AuthServer.start(() => keySetText(key));
    await using gateway = await startHarness({
      routes: ROUTES,
      jwtProviders: { shop: SHOP },
      services: { orders: [orders.port], auth: [auth.port] },
    });
    await gateway.logged(KEYS);
    await auth[Symbol.asyncDispose]();
    await gateway.config.push(ROUTES, {
      jwtProviders: { shop: { ...SHOP, claimToHeaders: [{ claim: 'aud', header: 'X-Audience' }] } },
    });

    const { status, body } = await ask(gateway.url, bearer(await tokenFor()));

    expect(status).toBe(200);
    expect(valuesOf(/^x-(user|audience)$/i, body)).toEqual([AUDIENCE]);
  });

  it.each([
    ['answers another status', (response) => void response.writeHead(500).end()],
    ['redirects', (response) => void response.writeHead(302, { location: '/elsewhere' }).end()],
    ['answers no key set', () => '<html></html>'],
    ['answers keys of no use', () => '{"keys":[{"kty":"oct","k":"c2VjcmV0"}]}'],
    ['answers more than 64 KiB', () => JSON.stringify({ keys: [key.publicJwk], more: 'a'.repeat(65_536) })],
    [
      'breaks off',
      (response) => void response.writeHead(200, { 'content-length': '100' }).write('{', () => response.destroy()),
    ],
  ] satisfies [string, Parameters<typeof AuthServer.start>[0]][])(
    'are none where their server %s: 503, which says why, and other routes are served',
    async (_, answer) => {
      await using orders = await echo();
      await using auth = await AuthServer.start(answer);
      await using gateway = await startHarness({
        routes: ROUTES,
        jwtProviders: { shop: SHOP },
        services: { orders: [orders.port], auth: [auth.port] },
      });

      const refused = await fetch(gateway.url, { headers: bearer(await tokenFor()) });

      expect(refused.status).toBe(503);
      expect(refused.headers.get('retry-after')).toBe('1');
      expect(await refused.json()).toMatchObject({
        code: 'gateway/no-keys',
        detail: 'the keys that tokens are checked with can not be had at the moment',
      });
      expect((await fetch(`${gateway.url}/open`)).status).toBe(200);
      expect(auth.asked).not.toContain('/elsewhere');
    },
  );

  it('are fetched from an address too', async () => {
    await using orders = await echo();
    await using auth = await AuthServer.start(() => keySetText(key));
    const uri = `http://127.0.0.1:${auth.port}/keys?of=shop`;
    await using gateway = await startHarness({
      routes: ROUTES,
      jwtProviders: { shop: { ...SHOP, remoteJWKS: { uri } } },
      services: { orders: [orders.port] },
    });
    await gateway.logged(KEYS);

    expect((await ask(gateway.url, bearer(await tokenFor()))).status).toBe(200);
    expect(auth.asked).toEqual(['/keys?of=shop']);
  });

  it('are let go with the last route that asks for them', async () => {
    await using stage = await stageWith();
    expect(stage.gateway.registry.watched).toEqual(['auth', 'orders']);

    await stage.gateway.config.push({ open: ROUTES.open }, { jwtProviders: { shop: SHOP } });

    expect(stage.gateway.registry.watched).toEqual(['orders']);
    expect((await ask(`${stage.gateway.adminUrl}/admin/routes`)).body['jwtProviders']).toEqual([]);
  });
});

describe('the control API', () => {
  it('shows which routes ask for a token, and whether it can be checked', async () => {
    await using stage = await stageWith();

    expect((await ask(`${stage.gateway.adminUrl}/admin/routes`)).body).toMatchObject({
      routes: [{ name: 'orders', jwt: { provider: 'shop' } }, { name: 'open' }],
      jwtProviders: [{ name: 'shop', issuer: ISSUER, audiences: [AUDIENCE], keys: 1, problem: null }],
    });
  });

  it('says which keys can not be fetched, in its health, its log and beside the routes', async () => {
    const port = await freePort();
    const clock = new FakeClock();
    await using gateway = await startHarness({
      clock,
      routes: ROUTES,
      jwtProviders: { shop: { ...SHOP, remoteJWKS: { uri: `http://127.0.0.1:${port}` } } },
    });

    await clock.advance(1_000); // every so often the health is looked at
    const health = await ask(`${gateway.adminUrl}/health/detailed`);
    const { body } = await ask(`${gateway.adminUrl}/admin/routes`);

    expect(health).toMatchObject({
      status: 200,
      body: {
        checks: { 'jwt-keys': { status: 'warn', details: 'the keys of shop can not be fetched', critical: false } },
      },
    });
    expect(body['jwtProviders']).toMatchObject([{ keys: null, problem: `connect ECONNREFUSED 127.0.0.1:${port}` }]);
    expect(gateway.lines.find(({ msg }) => msg === 'keys to check tokens with could not be fetched')).toMatchObject({
      from: `http://127.0.0.1:${port}`,
      reason: `connect ECONNREFUSED 127.0.0.1:${port}`,
    });
  });

  it('counts what was verified, remembered and refused, and logs why without the token', async () => {
    await using stage = await stageWith(undefined, { settings: { SIGNALBOX_LOG_LEVEL: 'debug' } });
    const token = await tokenFor();
    const expired = await tokenFor({ exp: 1, sub: 'secret-subject' });
    for (const presented of [token, token, expired]) {
      await ask(stage.gateway.url, bearer(presented));
    }

    const metrics = await (await fetch(`${stage.gateway.adminUrl}/metrics`)).text();

    expect(metrics).toContain('signalbox_gateway_tokens_total{provider="shop",outcome="verified"} 1');
    expect(metrics).toContain('signalbox_gateway_tokens_total{provider="shop",outcome="remembered"} 1');
    expect(metrics).toContain('signalbox_gateway_tokens_total{provider="shop",outcome="expired"} 1');
    expect(metrics).toContain('signalbox_gateway_token_keys{provider="shop"} 1');
    expect(stage.gateway.lines.find(({ status }) => status === 401)).toMatchObject({
      route: 'orders',
      code: 'gateway/token-refused',
      detail: 'the token is expired',
      attempts: 0,
    });
    const log = JSON.stringify(stage.gateway.lines);
    expect([token, expired, 'secret-subject'].filter((secret) => log.includes(secret))).toEqual([]);
  });
});
