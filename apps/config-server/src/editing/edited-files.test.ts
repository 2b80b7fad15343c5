import { describe, expect, it } from 'vitest';

import type { Edit } from './edit.ts';

import { editedFiles } from './edited-files.ts';

function treeOf(files: Readonly<Record<string, string>>) {
  const texts = new Map(Object.entries(files));
  return { paths: new Set(texts.keys()), text: (path: string) => texts.get(path) };
}

function keys(edit: Partial<Edit & { kind: 'keys' }>): Edit {
  return { kind: 'keys', folder: 'orders', set: new Map(), unset: [], ...edit };
}

function file(path: string, environment?: string): Edit {
  return { kind: 'file', folder: 'orders', path, content: 'a: 1\n', ...(environment !== undefined && { environment }) };
}

describe('editedFiles', () => {
  it('begins a YAML document for a layer that has none', () => {
    const files = editedFiles(treeOf({}), keys({ environment: 'production', set: new Map([['a.b', 1]]) }));

    expect([...files]).toEqual([['orders/production.yaml', 'a:\n  b: 1\n']]);
  });

  it('writes where the layer has a document, and leaves comments alone', () => {
    const tree = treeOf({ 'orders/default.yaml': '# pool\na: 1 # one\nb: 2\n' });

    const files = editedFiles(tree, keys({ set: new Map([['a', 5]]), unset: ['b'] }));

    expect([...files]).toEqual([['orders/default.yaml', '# pool\na: 5 # one\n']]);
  });

  it('gives a key one home in a layer of several documents, whichever of them wins', () => {
    const tree = treeOf({ 'orders/default.yaml': 'b: 2\n', 'orders/default.properties': 'a=1\nc=3\n' });

    const files = editedFiles(tree, keys({ set: new Map([['a', 5]]) }));

    expect([...files]).toEqual([
      ['orders/default.yaml', 'b: 2\na: 5\n'],
      ['orders/default.properties', 'c=3\n'],
    ]);
  });

  it('names no file that stays as it is', () => {
    expect(editedFiles(treeOf({ 'orders/default.yaml': 'a: 1\n' }), file('orders/default.yaml')).size).toBe(0);
  });

  it.each(['orders/production.yaml', 'orders/production.properties', 'env/production/orders.env'])(
    'takes %s for production',
    (path) => {
      expect([...editedFiles(treeOf({}), file(path, 'production')).keys()]).toEqual([path]);
    },
  );

  it.each([
    'orders/production.eu.yaml',
    'orders/default.yaml',
    'orders/schema.json',
    'orders/production',
    'env/orders.env',
    'env/staging/orders.env',
  ])('refuses %s for production', (path) => {
    expect(() => editedFiles(treeOf({}), file(path, 'production'))).toThrow('is not a document of the environment');
  });

  it('writes keys to the env file of a layer that has nothing else', () => {
    const tree = treeOf({ 'env/orders.env': 'A=1\n', 'env/production/orders.env': 'A=2 # more\n' });

    const files = editedFiles(tree, keys({ environment: 'production', set: new Map([['A', '3']]) }));

    expect([...files]).toEqual([['env/production/orders.env', 'A=3 # more\n']]);
  });

  it('takes a file of the dotenv layout for the service that it is named after alone', () => {
    expect([...editedFiles(treeOf({}), file('env/orders.schema.json')).keys()]).toEqual(['env/orders.schema.json']);
    expect(() => editedFiles(treeOf({}), { ...file('env/orders.env'), folder: 'env' })).toThrow('is not a plain file');
  });

  it.each([
    '',
    'orders',
    'orders/',
    '/orders/a.yaml',
    './orders/a.yaml',
    'orders//a.yaml',
    'orders/../common/default.yaml',
    'orders/..',
    'orders/.git',
    'orders/.gitattributes',
    'orders/a/b.yaml',
    String.raw`orders/a\b.yaml`,
    'orders/a.yaml\n',
    'orders/a\0.yaml',
    'orders/git~1',
    'orders/a.yaml.',
    'orders/ä.yaml',
    'ordersx/a.yaml',
    'common/default.yaml',
    'env/web.env',
    'env/orders.txt',
    'env/../orders.env',
    'env/../orders/orders.env',
    'env/a/b/orders.env',
    'env/orders/default.yaml',
    'env/.git/orders.env',
  ])('refuses the path "%s"', (path) => {
    expect(() => editedFiles(treeOf({}), file(path))).toThrow('is not a plain file name in the folder orders');
  });
});
