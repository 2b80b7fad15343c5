import { describe, expect, it } from 'vitest';

import { checkRoutes } from './check-routes.ts';

const route = ({ name = 'orders', path = '/', weights = [1] }) => ({
  name,
  hostnames: [],
  matches: [{ path: { type: 'PathPrefix' as const, value: path }, headers: [] }],
  backends: weights.map((weight) => ({ weight })),
});

describe('checkRoutes', () => {
  it('takes routes that can be served', () => {
    expect(() => {
      checkRoutes([route({}), route({ name: 'orders.canary-1', path: '/a%20b', weights: [0, 3] })]);
    }).not.toThrow();
  });

  it.each([
    [{ name: 'or ders' }, 'route "or ders" must be named'],
    [{ name: 'a\r\nset-cookie: b' }, 'must be named'],
    [{ weights: [0, 0] }, 'route "orders" has no backend with a weight'],
    [{ path: '/a%zz' }, 'no request may have: /a%zz'],
    [{ path: '/a%5Cb' }, '/a%5Cb'],
    [{ path: '/a%00' }, '/a%00'],
    [{ path: '/ä' }, '/ä'],
  ])('refuses %j and says which and why', (sketch, reason) => {
    expect(() => {
      checkRoutes([route({ name: 'fine' }), route(sketch)]);
    }).toThrow(reason);
  });
});
