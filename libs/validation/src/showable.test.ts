import { expect, it } from 'vitest';

import { treeOf } from '@signalbox/layering';

import { isShowable } from './showable.ts';

const TREE = treeOf({
  'common/schema.json': JSON.stringify({ properties: { port: { type: 'integer' } } }),
  'orders/schema.json': JSON.stringify({
    additionalProperties: false,
    properties: {
      port: {},
      pin: { writeOnly: true },
      db: { properties: { word: { format: 'password' }, host: { type: 'string' } } },
      vault: { writeOnly: true, properties: { host: {} } },
      hosts: { items: { type: 'object', properties: { name: {}, pin: { allOf: [{ $ref: '#/$defs/pin' }] } } } },
    },
    $defs: { pin: { writeOnly: true } },
  }),
});

it.each([
  [['port'], true],
  [['db', 'host'], true],
  [['hosts', '0', 'name'], true],
  [['pin'], false],
  [['db', 'word'], false],
  [['vault', 'host'], false],
  [['hosts', '1', 'pin'], false],
  [['pasword'], false],
  [['db', 'hots'], false],
])('says of %j whether its value may be shown: %s', (keyPath, expected) => {
  expect(isShowable(TREE, { service: 'orders', environment: 'production' }, keyPath)).toBe(expected);
});
