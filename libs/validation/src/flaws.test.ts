import { describe, expect, it } from 'vitest';

import { treeOf } from '@signalbox/layering';

import { flawsOf } from './flaws.ts';

const PAIR = { service: 'orders', environment: 'production' };

describe('the flaws of a pair', () => {
  it('are none where it may be served', () => {
    expect(flawsOf(treeOf({ 'orders/production.yaml': 'a: 1' }), PAIR)).toEqual([]);
  });

  it('are all documents of it that can not be read, its schemas among them, and none of another pair', () => {
    const flaws = flawsOf(
      treeOf({
        'common/default.yaml': 'a: [',
        'common/schema.json': '{',
        'orders/default.env': 'A=1\nbroken\n',
        'orders/production.yaml': 'a: 1',
        'orders/staging.yaml': 'a: [',
        'web/default.yaml': 'a: [',
      }),
      PAIR,
    );

    expect(flaws.map(({ file, line }) => [file, line])).toEqual([
      ['common/default.yaml', 1],
      ['orders/default.env', 2],
      ['common/schema.json', 1],
    ]);
  });

  it('are documents beside a broken description, too', () => {
    const flaws = flawsOf(
      treeOf({ 'orders/service.yaml': 'imports: [databse]', 'orders/production.yaml': 'a: [', 'database/x.env': '' }),
      PAIR,
    );

    expect(flaws).toEqual([
      {
        file: 'orders/service.yaml',
        line: 1,
        reason: 'imports the group "databse", which has no folder: is it "database"',
      },
      expect.objectContaining({ file: 'orders/production.yaml' }),
    ]);
  });

  it('are the rules that do not hold, each where its value comes from', () => {
    const flaws = flawsOf(
      treeOf({
        'orders/schema.json': '{ "required": ["b"], "properties": { "a": { "type": "integer" } } }',
        'orders/default.yaml': 'a: x',
      }),
      PAIR,
    );

    expect(flaws).toEqual([
      { pointer: '/b', reason: 'is required' },
      { pointer: '/a', reason: 'must be integer, is string', file: 'orders/default.yaml', line: 1 },
    ]);
  });
});
