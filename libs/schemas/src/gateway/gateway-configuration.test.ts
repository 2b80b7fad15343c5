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

  const backends = (count: number) => Array.from({ length: count }, (_, i) => ({ name: `orders-${i}` }));
  const header = { name: 'x-user', value: 'ann' };
  const match = { path: { value: '/' } };

  it.each([
    ['64 matches', { matches: Array(64).fill(match) }, { matches: Array(65).fill(match) }],
    ['one match', { matches: [match] }, { matches: [] }],
    ['16 backends', { backendRefs: backends(16) }, { backendRefs: backends(17) }],
    ['one backend', { backendRefs: backends(1) }, { backendRefs: [] }],
    [
      'a weight of 1,000,000',
      { backendRefs: [{ name: 'a', weight: 1_000_000 }] },
      { backendRefs: [{ name: 'a', weight: 1_000_001 }] },
    ],
    ['a weight of 0', { backendRefs: [{ name: 'a', weight: 0 }] }, { backendRefs: [{ name: 'a', weight: -1 }] }],
    ['16 host names', { hostnames: Array(16).fill('a.org') }, { hostnames: Array(17).fill('a.org') }],
    [
      '16 headers',
      { matches: [{ headers: Array(16).fill(header) }] },
      { matches: [{ headers: Array(17).fill(header) }] },
    ],
    [
      'a header of 4,096 characters',
      { matches: [{ headers: [{ ...header, value: 'x'.repeat(4_096) }] }] },
      { matches: [{ headers: [{ ...header, value: 'x'.repeat(4_097) }] }] },
    ],
    [
      'a path of 1,024 characters',
      { matches: [{ path: { value: `/${'x'.repeat(1_023)}` } }] },
      { matches: [{ path: { value: `/${'x'.repeat(1_024)}` } }] },
    ],
    ['5 retries', { retry: { attempts: 5 } }, { retry: { attempts: 6 } }],
    ['no retries', { retry: { attempts: 0 } }, { retry: { attempts: -1 } }],
    ['a retry after 400', { retry: { codes: [400] } }, { retry: { codes: [399] } }],
    ['a retry after 599', { retry: { codes: [599] } }, { retry: { codes: [600] } }],
    ['16 codes', { retry: { codes: Array(16).fill(503) } }, { retry: { codes: Array(17).fill(503) } }],
    ['what it knows', { hostnames: [] }, { hostname: 'a.org' }],
  ])('goes as far as %s', (_bound, within, beyond) => {
    const withRoute = (route: object) =>
      GatewayConfiguration.safeParse({ routes: { orders: { backendRefs: [{ name: 'orders' }], ...route } } });

    expect(withRoute(within).success).toBe(true);
    expect(withRoute(beyond).error?.issues).toHaveLength(1);
  });
});
