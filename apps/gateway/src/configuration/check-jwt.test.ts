import { describe, expect, it } from 'vitest';

import { ServableConfiguration } from './served-routes.ts';

const PROVIDER = {
  issuer: 'shop-auth',
  audiences: ['shop'],
  remoteJWKS: { backendRef: { name: 'auth' } },
  claimToHeaders: [{ claim: 'sub', header: 'X-User' }],
};
const ROUTE = { backendRefs: [{ name: 'orders' }], jwt: { provider: 'shop' } };

function problemsOf(routes: object, jwtProviders: object): (string | undefined)[][] {
  const { error } = ServableConfiguration.safeParse({ routes, jwtProviders });
  return error?.issues.map(({ path, message }) => [path.join('.'), message]) ?? [];
}

describe('a configuration with providers', () => {
  it('can be served', () => {
    expect(problemsOf({ orders: ROUTE, open: { backendRefs: [{ name: 'orders' }] } }, { shop: PROVIDER })).toEqual([]);
  });

  it.each(['shops', 'constructor', '__proto__'])('has the provider that a route asks for: not %s', (provider) => {
    expect(
      problemsOf(
        { orders: { ...ROUTE, jwt: JSON.parse(`{"provider":"${provider}"}`) as object } },
        { shop: PROVIDER },
      )[0]?.[0],
    ).toBe('routes.orders.jwt.provider');
  });

  it.each([
    ...['Host', 'content-length', 'Transfer-Encoding', 'connection', 'TE', 'Keep-Alive', 'Upgrade', 'Expect'],
    ...['X-Forwarded-For', 'x-forwarded-user', 'Forwarded', 'X-Real-IP', 'Authorization'],
  ])('does not set %s', (header) => {
    const claimToHeaders = [...PROVIDER.claimToHeaders, { claim: 'aud', header }];

    expect(problemsOf({}, { shop: { ...PROVIDER, claimToHeaders } })).toEqual([
      ['jwtProviders.shop.claimToHeaders.1.header', 'is a field that the gateway itself reads or writes'],
    ]);
  });

  it('sets a field from one claim', () => {
    const claimToHeaders = [...PROVIDER.claimToHeaders, { claim: 'email', header: 'x-user' }];

    expect(problemsOf({}, { shop: { ...PROVIDER, claimToHeaders } })).toEqual([
      ['jwtProviders.shop.claimToHeaders.1.header', 'is set from another claim already'],
    ]);
    expect(problemsOf({}, { shop: PROVIDER, partner: PROVIDER })).toEqual([]);
  });

  it('does not choose a route by what only a token says', () => {
    const matches = [
      { path: { value: '/a' } },
      {
        headers: [
          { name: 'x-a', value: 'a' },
          { name: 'x-USER', value: 'root' },
        ],
      },
    ];

    expect(problemsOf({ orders: { ...ROUTE, matches } }, { shop: PROVIDER })).toEqual([
      ['routes.orders.matches.1.headers.1.name', 'is set from a token after the route was chosen, and by no client'],
    ]);
  });
});
