import { expect, it } from 'vitest';

import { treeOf } from '@signalbox/layering';

import { judge } from './judge.ts';

const PAIR = { service: 'orders', environment: 'production' };

function failureOf(files: Readonly<Record<string, string>>) {
  const judgement = judge(treeOf(files), PAIR);
  return judgement.kind === 'broken' ? judgement.failure : undefined;
}

it('says of each violation which document and line its value comes from', () => {
  const failure = failureOf({
    'orders/schema.json': JSON.stringify({
      required: ['size'],
      properties: { port: { minimum: 1024 }, hosts: { items: { type: 'string' } } },
    }),
    'common/default.yaml': '# first\nport: 80\n',
    'orders/production.yaml': 'name: x\nhosts:\n  - a\n  - 5\n',
  });

  expect(failure).toEqual({
    kind: 'invalid',
    reason: '/size is required',
    violations: [
      { pointer: '/size', reason: 'is required' },
      { pointer: '/port', reason: 'must be >= 1024', file: 'common/default.yaml', line: 2 },
      { pointer: '/hosts/1', reason: 'must be string, is integer', file: 'orders/production.yaml', line: 2 },
    ],
  });
});

it('takes the document of the first violation for the one at fault', () => {
  const failure = failureOf({
    'orders/schema.json': '{ "properties": { "hosts": { "items": { "type": "string" } } } }',
    'orders/default.yaml': 'a: 1\nhosts: [5, 6]\n',
  });

  expect(failure).toMatchObject({
    reason: '/hosts/0 must be string, is integer',
    file: 'orders/default.yaml',
    line: 2,
  });
});

it('says where each placeholder stands that leads nowhere', () => {
  const failure = failureOf({
    'orders/default.yaml': 'a: ${b}\nb: ${c}\nd: ${a} again\ne: ${f:${g}}\n',
    'orders/production.yaml': 'list:\n  - ${a}\n  - ${h}\n',
  });

  expect(failure?.violations).toEqual([
    {
      pointer: '/b',
      reason: 'refers to ${c}, which is not there and has no default',
      file: 'orders/default.yaml',
      line: 2,
    },
    {
      pointer: '/e',
      reason: 'refers to ${g}, which is not there and has no default',
      file: 'orders/default.yaml',
      line: 4,
    },
  ]);
});

it('says of a bounded number of placeholders that they lead nowhere', () => {
  const keys = Array.from({ length: 500 }, (_, index) => `key${index}: \${nowhere}`);

  expect(failureOf({ 'orders/default.yaml': keys.join('\n') })?.violations).toHaveLength(100);
});
