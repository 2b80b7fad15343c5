import { describe, expect, it } from 'vitest';

import { type Identity, isAllowed, type Role } from './permissions.ts';

const caller = (role: Role, scope: Partial<Identity> = {}): Identity => ({
  name: 'someone',
  role,
  services: ['*'],
  environments: ['*'],
  ...scope,
});

describe('isAllowed', () => {
  it.each([
    ['reader', { read: true, write: false, register: false, administer: false }],
    ['writer', { read: true, write: true, register: false, administer: false }],
    ['service', { read: true, write: false, register: true, administer: false }],
    ['admin', { read: true, write: true, register: true, administer: true }],
  ] as const)('gives a %s what its role has', (role, expected) => {
    const allowed = Object.fromEntries(
      (['read', 'write', 'register', 'administer'] as const).map((permission) => [
        permission,
        isAllowed(caller(role), permission),
      ]),
    );

    expect(allowed).toEqual(expected);
  });

  it.each([
    ['orders', 'orders', true],
    ['orders', 'orders-canary', false],
    ['orders*', 'orders-canary', true],
    ['*-canary', 'orders-canary', true],
    ['o*s-*y', 'orders-canary', true],
    ['a*a', 'a', false],
    ['a*b*b', 'ab', false],
    ['a*b*b', 'abb', true],
    ['*', 'anything', true],
    ['', '', true],
  ])('takes the glob "%s" for "%s": %s', (glob, service, expected) => {
    expect(isAllowed(caller('reader', { services: [glob] }), 'read', { service })).toBe(expected);
  });

  it('needs an unscoped caller where no service is named', () => {
    expect(isAllowed(caller('admin', { services: ['orders'] }), 'administer')).toBe(false);
  });

  it('holds service and environment to their globs both', () => {
    const scoped = caller('writer', { services: ['orders'], environments: ['development'] });

    expect(isAllowed(scoped, 'write', { service: 'orders', environment: 'development' })).toBe(true);
    expect(isAllowed(scoped, 'write', { service: 'orders', environment: 'production' })).toBe(false);
  });
});
