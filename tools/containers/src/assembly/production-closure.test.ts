import { describe, expect, it } from 'vitest';

import { productionClosure } from './production-closure.ts';

const APP = 'apps/shop';

describe('productionClosure', () => {
  it('follows what is needed when it runs, through links, and nothing that tests need', () => {
    const packages = {
      [APP]: { dependencies: { '@shop/clock': '^1', fastify: '^5' }, devDependencies: { vitest: '^4' } },
      'node_modules/@shop/clock': { resolved: 'libs/clock', link: true },
      'libs/clock': { dependencies: { zod: '^4' }, devDependencies: { '@shop/testkit': '^1' } },
      'node_modules/@shop/testkit': { resolved: 'libs/testkit', link: true },
      'libs/testkit': {},
      'node_modules/fastify': { dependencies: { pino: '^9' } },
      'node_modules/pino': {},
      'node_modules/vitest': {},
      'node_modules/zod': {},
    };

    expect(productionClosure({ packages }, APP)).toEqual([
      APP,
      'libs/clock',
      'node_modules/@shop/clock',
      'node_modules/fastify',
      'node_modules/pino',
      'node_modules/zod',
    ]);
  });

  it('takes the nearest of several versions, as Node does', () => {
    const packages = {
      [APP]: { dependencies: { ajv: '^8' } },
      'apps/shop/node_modules/ajv': { dependencies: { uri: '^1', punycode: '^2' } },
      'apps/shop/node_modules/ajv/node_modules/uri': {},
      'node_modules/ajv': {},
      'node_modules/uri': {},
      'node_modules/punycode': {},
    };

    expect(productionClosure({ packages }, APP)).toEqual([
      APP,
      'apps/shop/node_modules/ajv',
      'apps/shop/node_modules/ajv/node_modules/uri',
      'node_modules/punycode',
    ]);
  });

  it('ends where packages need each other', () => {
    const packages = {
      [APP]: { dependencies: { a: '1' } },
      'node_modules/a': { dependencies: { b: '1' } },
      'node_modules/b': { dependencies: { a: '1' } },
    };

    expect(productionClosure({ packages }, APP)).toEqual([APP, 'node_modules/a', 'node_modules/b']);
  });

  it('counts a peer that must be there, and no optional one, nor an optional dependency that is not locked', () => {
    const packages = {
      [APP]: { dependencies: { provider: '1' }, optionalDependencies: { absent: '1', present: '1' } },
      'node_modules/provider': {
        peerDependencies: { fastify: '^5', typescript: '^6' },
        peerDependenciesMeta: { typescript: { optional: true } },
      },
      'node_modules/fastify': {},
      'node_modules/typescript': {},
      'node_modules/present': {},
    };

    expect(productionClosure({ packages }, APP)).toEqual([
      APP,
      'node_modules/fastify',
      'node_modules/present',
      'node_modules/provider',
    ]);
  });

  it.each([
    ['the project', {}, 'the lock file has no "apps/shop"'],
    ['a dependency', { [APP]: { dependencies: { zod: '^4' } } }, 'the lock file has no "zod", which "apps/shop" needs'],
  ])('names %s where the lock lacks it', (_, packages, message) => {
    expect(() => productionClosure({ packages }, APP)).toThrow(message);
  });
});
