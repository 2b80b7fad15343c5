import { expect, it } from 'vitest';

import { environmentsOf, servicesOf } from './fleet.ts';
import { treeOf } from './tree-of.ts';

const SHOP = treeOf({
  'README.md': '',
  '.github/ci.yaml': '',
  'common/default.yaml': '',
  'common/staging.env': '',
  'web/default.yaml': '',
  'web/notes.txt': '',
  'orders/service.yaml': 'imports: [database, catalog]',
  'orders/schema.json': '{}',
  'orders/production.json': '{}',
  'orders/deep/other.yaml': '',
  'database/eu.west.yaml': '',
  'catalog/service.yaml': '',
  'broken/service.yaml': 'imports: [',
});

it('takes folders with documents for services, but for common and what is only imported', () => {
  expect(servicesOf(SHOP)).toEqual(['broken', 'catalog', 'orders', 'web']);
});

it('takes an imported folder with a schema for a service all the same', () => {
  const tree = treeOf({
    'orders/service.yaml': 'imports: [web, pricing]',
    'web/schema.json': '{}',
    'web/default.yaml': '',
    'pricing/default.yaml': '',
  });

  expect(servicesOf(tree)).toEqual(['orders', 'web']);
});

it('finds services, groups and environments among env files', () => {
  const tree = treeOf({
    'env/common.env': '',
    'env/api.env': '',
    'env/api.service.yaml': 'imports: [database, web]',
    'env/web.env': '',
    'env/web.schema.json': '{}',
    'env/database.env': '',
    'env/staging/worker.env': '',
  });

  expect(servicesOf(tree)).toEqual(['api', 'web', 'worker']);
  expect(environmentsOf(tree)).toEqual(['staging']);
});

it('knows an environment from any folder', () => {
  expect(environmentsOf(SHOP)).toEqual(['eu.west', 'production', 'staging']);
});
