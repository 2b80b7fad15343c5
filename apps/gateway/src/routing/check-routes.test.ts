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
    const routes = [route({}), route({ name: 'orders.canary-1', path: '/a%20b', weights: [0, 3] })];

    expect(checkRoutes(routes)).toEqual([]);
  });

  it.each([
    [{ name: 'or ders' }, 'or ders', undefined, 'must be named by letters'],
    [{ name: 'a\r\nset-cookie: b' }, 'a\r\nset-cookie: b', undefined, 'must be named by letters'],
    [{ weights: [0, 0] }, 'orders', undefined, 'has no backend with a weight'],
    [{ path: '/a%zz' }, 'orders', 0, 'that no request may have'],
    [{ path: '/a%5Cb' }, 'orders', 0, 'that no request may have'],
    [{ path: '/a%00' }, 'orders', 0, 'that no request may have'],
    [{ path: '/ä' }, 'orders', 0, 'that no request may have'],
  ])('refuses %j and says which, where and why', (...[sketch, name, match, reason]) => {
    const problems = checkRoutes([route({ name: 'fine' }), route(sketch)]);

    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatchObject({ route: name, ...(match !== undefined && { match }) });
    expect(problems[0]?.reason).toContain(reason);
  });

  it('tells of all that has to be mended', () => {
    const problems = checkRoutes([route({ weights: [0], path: '/a%zz' }), route({ name: 'b', weights: [0] })]);

    expect(problems.map(({ route: name, match }) => [name, match])).toEqual([
      ['orders', undefined],
      ['orders', 0],
      ['b', undefined],
    ]);
  });
});
