import { describe, expect, it } from 'vitest';

import { DocumentSyntaxError } from '../errors.ts';
import { layersFor } from './layers.ts';
import { treeOf } from './tree-of.ts';

const PAIR = { service: 'orders', environment: 'production' };

describe('the layers of a pair', () => {
  it('begin with common, and end with the service in the environment', () => {
    const tree = treeOf({
      'orders/production.yaml': '',
      'cache/production.yaml': '',
      'database/production.yaml': '',
      'common/production.yaml': '',
      'orders/default.yaml': '',
      'cache/default.yaml': '',
      'database/default.yaml': '',
      'common/default.yaml': '',
      'orders/staging.yaml': '',
      'web/production.yaml': '',
      'orders/service.yaml': 'imports: [database, { group: cache, prefix: my.cache }]',
    });

    expect(layersFor(tree, PAIR)).toEqual([
      { path: 'common/default.yaml' },
      { path: 'database/default.yaml' },
      { path: 'cache/default.yaml', prefix: ['my', 'cache'] },
      { path: 'orders/default.yaml' },
      { path: 'common/production.yaml' },
      { path: 'database/production.yaml' },
      { path: 'cache/production.yaml', prefix: ['my', 'cache'] },
      { path: 'orders/production.yaml' },
    ]);
  });

  it('may be env files, which win over other documents of the same place', () => {
    const tree = treeOf({
      'env/production/orders.env': '',
      'env/production/common.env': '',
      'env/production/web.env': '',
      'env/orders.service.yaml': 'imports: [{ group: database, prefix: DATABASE }]',
      'env/orders.env': '',
      'env/web.env': '',
      'env/database.env': '',
      'env/common.env': '',
      'common/default.yaml': '',
      'orders/production.yaml': '',
    });

    expect(layersFor(tree, PAIR)).toEqual([
      { path: 'common/default.yaml' },
      { path: 'env/common.env' },
      { path: 'env/database.env', prefix: ['DATABASE'] },
      { path: 'env/orders.env' },
      { path: 'env/production/common.env' },
      { path: 'orders/production.yaml' },
      { path: 'env/production/orders.env' },
    ]);
  });

  it('have a fixed order where one name has several extensions', () => {
    const extensions = ['env', 'json', 'properties', 'yaml', 'yml'];
    const tree = treeOf(Object.fromEntries(extensions.map((extension) => [`orders/production.${extension}`, ''])));

    expect(layersFor(tree, PAIR).map(({ path }) => path.split('.')[1])).toEqual([
      'yaml',
      'yml',
      'json',
      'properties',
      'env',
    ]);
  });

  it('take the imports from a description in any format', () => {
    const tree = treeOf({ 'orders/service.properties': 'imports[0]=database', 'database/default.yaml': '' });

    expect(layersFor(tree, PAIR)).toEqual([{ path: 'database/default.yaml' }]);
  });

  it.each([
    ['imports: [databse]', 'imports the group "databse", which has no folder: is it "database"'],
    ['imports: [queue]', 'imports the group "queue", which has no folder'],
    ['imports: database', 'imports must be a list of groups'],
    ['imports: [5]', 'an import must be the name of a group, or a map of group and prefix'],
    ['imports: [{ group: database, prefx: x }]', 'an import must be the name of a group, or a map of group and prefix'],
    ['imports: [{ group: database, prefix: 1 }]', 'a prefix must be a key'],
    ['imports: [{ group: database, prefix: a..b }]', 'the prefix is no key: the key "a..b" has no key at character 3'],
    ['imports: [common]', 'imports "common", which is there without it'],
    ['imports: [orders]', 'imports "orders", which is there without it'],
  ])('are refused, with file and line, for %s', (imports, reason) => {
    const tree = treeOf({ 'orders/service.yaml': `owner: x\n${imports}`, 'database/default.yaml': '' });

    expect(() => layersFor(tree, PAIR)).toThrow(
      new DocumentSyntaxError({ path: 'orders/service.yaml', line: 2 }, reason),
    );
  });
});
