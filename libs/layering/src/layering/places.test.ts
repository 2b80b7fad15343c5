import { describe, expect, it } from 'vitest';

import { isPlacedIn, pathsAt, placeOf } from './places.ts';

describe('the place of a document', () => {
  it.each([
    ['orders/default.yaml', 'orders', 'default'],
    ['orders/eu.west.json', 'orders', 'eu.west'],
    ['orders/schema.json', 'orders', 'schema'],
    ['env/orders.env', 'orders', 'default'],
    ['env/orders.v2.env', 'orders.v2', 'default'],
    ['env/production/orders.env', 'orders', 'production'],
    ['env/orders.service.yaml', 'orders', 'service'],
    ['env/orders.service.env', 'orders.service', 'default'],
    ['env/orders.schema.json', 'orders', 'schema'],
    ['env/env.env', 'env', 'default'],
  ])('of %s is that of %s, %s', (path, folder, stem) => {
    expect(placeOf(path)).toEqual({ folder, stem });
    expect(isPlacedIn(path, folder)).toBe(true);
    expect(isPlacedIn(path, 'elsewhere')).toBe(false);
    expect(pathsAt({ folder, stem })).toContain(path);
  });

  it.each([
    'orders.env',
    'README.md',
    'orders/notes.txt',
    'orders/deep/default.yaml',
    'orders/.hidden.yaml',
    'env/orders.yaml',
    'env/default.yaml',
    'env/orders.schema.yaml',
    'env/.env',
    'env/schema.json',
    'env/production/orders.yaml',
    'env/production/.env',
    'env/default/orders.env',
    'env/schema/orders.env',
    'env/production/eu/orders.env',
  ])('is none for %s', (path) => {
    expect(placeOf(path)).toBeUndefined();
  });

  it('is not looked for in the folder of env files where a service is called like it', () => {
    expect(pathsAt({ folder: 'env', stem: 'default' })).toEqual(['env/env.env']);
  });
});
