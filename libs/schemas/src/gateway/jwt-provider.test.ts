import { describe, expect, it } from 'vitest';

import { GatewayConfiguration } from './gateway-configuration.ts';

const SHOP = { issuer: 'shop-auth', audiences: ['shop'], remoteJWKS: { backendRef: { name: 'auth' } } };

const withShop = (shop: object) => GatewayConfiguration.safeParse({ jwtProviders: { shop } });
const withKeys = (remoteJWKS: object) => withShop({ ...SHOP, remoteJWKS });

describe('a provider of tokens', () => {
  it('has the defaults that are documented', () => {
    expect(withShop(SHOP).data?.jwtProviders).toEqual({
      shop: { ...SHOP, remoteJWKS: { ...SHOP.remoteJWKS, cacheDuration: 300_000 }, claimToHeaders: [] },
    });
  });

  it.each(['https://auth.example', 'http://127.0.0.1:9000/keys?of=shop', 'https://[::1]:9000/a@b'])(
    'has its keys at %s',
    (uri) => {
      expect(withKeys({ uri }).success).toBe(true);
    },
  );

  it.each([
    'auth.example/keys',
    'ftp://auth.example/keys',
    'file:///etc/keys',
    'https://user:pass@auth.example/keys',
    'https://user@auth.example',
    'https://auth.example\\@evil.example',
    'https://auth.example:99999/',
    'https://auth.example/keys#a',
    'https:///keys',
    'https://auth.example/a b',
  ])('has none at %s, which is not repeated', (uri) => {
    const { error } = withKeys({ uri });

    expect(error?.issues.map(({ path }) => path.join('.'))).toContain('jwtProviders.shop.remoteJWKS.uri');
    expect(error?.message).not.toContain('pass');
  });

  it.each([
    [{ ...SHOP, issuer: '' }, 'issuer'],
    [{ ...SHOP, audiences: [] }, 'audiences'],
    [{ ...SHOP, audiences: undefined }, 'audiences'],
    [{ ...SHOP, remoteJWKS: {} }, 'remoteJWKS'],
    [{ ...SHOP, remoteJWKS: { ...SHOP.remoteJWKS, uri: 'https://auth.example' } }, 'remoteJWKS'],
    [{ ...SHOP, remoteJWKS: { uri: 'https://auth.example', path: '/keys' } }, 'remoteJWKS.path'],
    [{ ...SHOP, remoteJWKS: { ...SHOP.remoteJWKS, path: '/../keys' } }, 'remoteJWKS.path'],
    [{ ...SHOP, remoteJWKS: { ...SHOP.remoteJWKS, cacheDuration: '9s' } }, 'remoteJWKS.cacheDuration'],
    [{ ...SHOP, remoteJWKS: { ...SHOP.remoteJWKS, cacheDuration: '25h' } }, 'remoteJWKS.cacheDuration'],
    [{ ...SHOP, localJWKS: {} }, ''],
    [{ ...SHOP, claimToHeaders: [{ claim: 'sub', header: 'x_user' }] }, 'claimToHeaders.0.header'],
    [{ ...SHOP, claimToHeaders: [{ claim: 'sub', header: '-user' }] }, 'claimToHeaders.0.header'],
    [{ ...SHOP, claimToHeaders: [{ claim: '', header: 'x-user' }] }, 'claimToHeaders.0.claim'],
  ])('is refused with the place: %j', (shop, at) => {
    const path = ['jwtProviders', 'shop', ...(at === '' ? [] : at.split('.'))].join('.');

    expect(withShop(shop).error?.issues.map((issue) => issue.path.join('.'))).toEqual([path]);
  });

  it('has a name that can be quoted', () => {
    const { error } = GatewayConfiguration.safeParse({ jwtProviders: { 'a"b': SHOP } });

    expect(error?.issues[0]?.path).toEqual(['jwtProviders', 'a"b']);
  });

  it('is asked for by a route', () => {
    const route = (jwt: object) =>
      GatewayConfiguration.safeParse({ routes: { orders: { backendRefs: [{ name: 'orders' }], jwt } } });

    expect(route({ provider: 'shop' }).data?.routes['orders']?.jwt).toEqual({ provider: 'shop' });
    expect(route({ provider: 'shop', optional: true }).success).toBe(false);
    expect(route({}).success).toBe(false);
  });
});
