import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';

import { AuthServer } from './auth-server.ts';
import { Backend } from './backend.ts';
import { startHarness } from './harness.ts';
import { ask, bearer, echo, key, KEYS, next, ROUTES, SHOP, stageWith, tokenFor, valuesOf } from './jwt-stage.ts';
import { RawClient } from './raw-client.ts';
import { keySetText } from './tokens.ts';

describe('a route that asks for a token', () => {
  it('sends on a request that has one, with its claims', async () => {
    await using stage = await stageWith();
    const token = await tokenFor();

    const { status, body } = await ask(stage.gateway.url, bearer(token));

    expect(status).toBe(200);
    expect(valuesOf(/^x-user$/i, body)).toEqual(['ann']);
    expect(valuesOf(/^authorization$/i, body)).toEqual([`Bearer ${token}`]);
    expect(stage.auth.asked).toEqual(['/keys']);
  });

  it('asks for one by the name of the provider, and tells no error where none was sent', async () => {
    await using stage = await stageWith();

    expect(await ask(stage.gateway.url)).toEqual({
      status: 401,
      challenge: 'Bearer realm="shop"',
      body: {
        type: 'about:blank',
        title: 'Unauthorized',
        status: 401,
        code: 'gateway/token-missing',
        detail: 'a Bearer token is needed',
      },
    });
  });

  it('refuses one with the reason, and says nothing of its content', async () => {
    await using stage = await stageWith();
    const token = await tokenFor({ iss: 'secret-issuer', sub: 'secret-subject' });

    const answer = await ask(stage.gateway.url, bearer(token));

    expect(answer).toMatchObject({
      status: 401,
      challenge:
        'Bearer realm="shop", error="invalid_token", error_description="the issuer of the token is not accepted"',
      body: { code: 'gateway/token-refused', detail: 'the issuer of the token is not accepted' },
    });
    expect(JSON.stringify(answer)).not.toContain('secret');
  });

  it.each([
    ['a claim that would be a line of its own', { sub: 'ann\r\nX-Role: admin' }],
    ['letters whose lower bytes are a line feed', { sub: 'ann\u010aX-Role: admin' }],
  ])('refuses %s', async (_, claims) => {
    await using stage = await stageWith();

    const { status, body } = await ask(stage.gateway.url, bearer(await tokenFor(claims)));

    expect(status).toBe(401);
    expect(body['detail']).toBe('a claim of the token can not stand in a header field');
  });

  it('refuses two Authorization fields', async () => {
    await using stage = await stageWith();
    const token = await tokenFor();
    using client = new RawClient(stage.gateway.port);

    client.send(
      `GET / HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ${token}\r\nauthorization: Bearer ${token}\r\nConnection: close\r\n\r\n`,
    );
    const answer = await client.untilClosed();

    expect(answer).toContain('HTTP/1.1 400 ');
    expect(answer).toContain('"code":"gateway/ambiguous-credentials"');
    expect(answer).toContain('error="invalid_request"');
  });

  it('refuses a token that Connection takes off the request', async () => {
    await using stage = await stageWith();
    using client = new RawClient(stage.gateway.port);

    client.send(
      `GET / HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ${await tokenFor()}\r\nConnection: close, authorization\r\n\r\n`,
    );

    expect(await client.untilClosed()).toContain('HTTP/1.1 401 ');
  });

  it('refuses a request with a body before it asks for the body', async () => {
    await using stage = await stageWith();
    using client = new RawClient(stage.gateway.port);

    client.send('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n');
    const answer = await client.until('gateway/token-missing');

    expect(answer.startsWith('HTTP/1.1 401 ')).toBe(true);
    expect(answer).toContain('Connection: close');
  });

  it('streams the body of a request that has one', async () => {
    await using orders = await Backend.start((request, response) => request.pipe(response));
    await using stage = await stageWith();
    stage.gateway.registry.set('orders', [{ port: orders.port }]);
    const body = 'a'.repeat(1_000_000);

    const response = await fetch(stage.gateway.url, { method: 'POST', body, headers: bearer(await tokenFor()) });

    expect(await response.text()).toBe(body);
  });

  it('opens a WebSocket only with one', async () => {
    await using stage = await stageWith();
    const refused = new WebSocket(stage.gateway.url.replace('http', 'ws'));
    const [error] = (await once(refused, 'error')) as [Error];
    expect(error.message).toContain('401');
    stage.orders.server.on('upgrade', (request, socket) => {
      socket.end(`HTTP/1.1 403 Forbidden\r\nX-Got: ${String(request.headers['x-user'])}\r\nContent-Length: 0\r\n\r\n`);
    });

    const sentOn = new WebSocket(stage.gateway.url.replace('http', 'ws'), { headers: bearer(await tokenFor()) });
    const [, answer] = (await once(sentOn, 'unexpected-response')) as [unknown, { headers: object }];

    expect(answer.headers).toMatchObject({ 'x-got': 'ann' });
    sentOn.on('error', () => undefined).terminate();
  });

  it('lets a client go that leaves while its token is checked', async () => {
    let release: (() => void) | undefined;
    await using orders = await echo();
    const asked = Promise.withResolvers<undefined>();
    await using auth = await AuthServer.start((response) => {
      if (release === undefined) {
        release = () => response.end(keySetText(next));
        return keySetText(key);
      }
      release = () => response.end(keySetText(next));
      asked.resolve(undefined);
      return undefined;
    });
    await using gateway = await startHarness({
      routes: ROUTES,
      jwtProviders: { shop: SHOP },
      services: { orders: [orders.port], auth: [auth.port] },
      settings: { SIGNALBOX_LOG_LEVEL: 'debug' },
    });
    await gateway.logged(KEYS);
    const leaving = new AbortController();
    const request = fetch(gateway.url, { headers: bearer(await tokenFor({}, next)), signal: leaving.signal });
    const left = expect(request).rejects.toThrow();
    await asked.promise;
    leaving.abort();
    await left;
    release?.();

    expect((await ask(gateway.url, bearer(await tokenFor({}, next)))).status).toBe(200);
    expect(gateway.lines.filter(({ msg }) => msg === 'request finished').map(({ status }) => status)).toEqual([0, 200]);
  });

  it('answers 504 where the key of a token does not come within the time of the route', async () => {
    let asked = 0;
    await using orders = await echo();
    await using auth = await AuthServer.start(() => (asked++ === 0 ? keySetText(key) : undefined));
    await using gateway = await startHarness({
      routes: { orders: { ...ROUTES.orders, timeouts: { request: '100ms' } } },
      jwtProviders: { shop: SHOP },
      services: { orders: [orders.port], auth: [auth.port] },
    });
    await gateway.logged(KEYS);

    expect(await ask(gateway.url, bearer(await tokenFor({}, next)))).toMatchObject({
      status: 504,
      body: { detail: 'the key that the token is signed with could not be fetched in time' },
    });
  });
});
