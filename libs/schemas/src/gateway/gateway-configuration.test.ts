import { describe, expect, it } from 'vitest';

import { GatewayConfiguration } from './gateway-configuration.ts';

const withPath = (value: string) => ({
  routes: { orders: { matches: [{ path: { value } }], backendRefs: [{ name: 'orders' }] } },
});

describe('GatewayConfiguration', () => {
  it('needs no more of a route than its backends', () => {
    const { routes } = GatewayConfiguration.parse({ routes: { orders: { backendRefs: [{ name: 'orders' }] } } });

    expect(routes).toEqual({
      orders: {
        hostnames: [],
        matches: [{ path: { type: 'PathPrefix', value: '/' }, headers: [] }],
        backendRefs: [{ name: 'orders', weight: 1 }],
        timeouts: { request: 15_000, backendRequest: 0 },
        retry: { attempts: 1, codes: [] },
      },
    });
  });

  it.each(['/api/orders', '/', '/a.b/..c'])('takes the path %s', (path) => {
    expect(GatewayConfiguration.safeParse(withPath(path)).success).toBe(true);
  });

  it.each(['api', '/a//b', '/a/../b', '/a/.', '/a%2Fb', '/a%2e', '/a?b', '/a#b', '/a\\b'])(
    'refuses the path %s',
    (path) => {
      expect(GatewayConfiguration.safeParse(withPath(path)).success).toBe(false);
    },
  );

  it.each([
    [{ backendRequest: '500ms' }, true],
    [{ request: '1s', backendRequest: '1s' }, true],
    [{ request: '0s', backendRequest: '1m' }, true],
    [{ request: '1s', backendRequest: '2s' }, false],
  ])('allows an attempt no more time than the request: %j', (timeouts, success) => {
    const parsed = GatewayConfiguration.safeParse({
      routes: { orders: { backendRefs: [{ name: 'orders' }], timeouts } },
    });

    expect(parsed.success).toBe(success);
  });

  it('leaves keys beside the routes to whom they belong', () => {
    expect(GatewayConfiguration.parse({ logLevel: 'info' })).toEqual({
      logLevel: 'info',
      routes: {},
      destinationRules: {},
      jwtProviders: {},
    });
  });
});
