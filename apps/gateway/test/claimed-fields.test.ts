import { describe, expect, it } from 'vitest';

import { Backend } from './backend.ts';
import { ask, bearer, stageWith, tokenFor, valuesOf } from './jwt-stage.ts';
import { RawClient } from './raw-client.ts';

describe('fields that are set from a token', () => {
  it.each(['x-user', 'X-USER', 'X_User', 'x.user', 'x~User'])(
    'are not taken from a client that sends %s',
    async (name) => {
      await using stage = await stageWith();

      for (const [path, expected] of [
        ['/', ['ann']],
        ['/open', []],
      ] as const) {
        const { body } = await ask(`${stage.gateway.url}${path}`, { ...bearer(await tokenFor()), [name]: 'root' });
        expect(valuesOf(/^x.user$/i, body)).toEqual(expected);
      }
    },
  );

  it('are removed where the token does not have the claim', async () => {
    await using stage = await stageWith();
    const token = await tokenFor({ sub: undefined });

    const { status, body } = await ask(stage.gateway.url, { ...bearer(token), 'x-user': 'root' });

    expect(status).toBe(200);
    expect(valuesOf(/^x.user$/i, body)).toEqual([]);
  });

  it('are not taken away by Connection', async () => {
    await using stage = await stageWith();
    using client = new RawClient(stage.gateway.port);

    client.send(
      `GET / HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ${await tokenFor()}\r\nConnection: close, x-user\r\n\r\n`,
    );

    expect(await client.untilClosed()).toContain('"X-User","ann"');
  });

  it('choose the instance where the service’s rule hashes by them', async () => {
    const destinationRules = {
      orders: { trafficPolicy: { loadBalancer: { consistentHash: { httpHeaderName: 'X-User' } } } },
    };
    await using stage = await stageWith(undefined, { destinationRules });
    await using second = await Backend.start((_, response) => response.end('["second"]'));
    stage.gateway.registry.set('orders', [{ port: stage.orders.port }, { port: second.port }]);
    const servedBy = async (sub: string, spoofed: string) => {
      const { body } = await ask(stage.gateway.url, { ...bearer(await tokenFor({ sub })), 'x-user': spoofed });
      return valuesOf(/^x-user$/i, body).length === 1 ? 'first' : 'second';
    };

    const users = Array.from({ length: 20 }, (_, i) => `user-${i}`);
    const honest = await Promise.all(users.map((user) => servedBy(user, user)));
    const spoofing = await Promise.all(users.map((user, i) => servedBy(user, `user-${i + 7}`)));

    expect(spoofing).toEqual(honest);
    expect(new Set(honest).size).toBe(2);
  });
});
