import { describe, expect, it } from 'vitest';

import { applyJsonPatch, JsonPatch } from './json-patch.ts';

const patched = (target: object, ...operations: unknown[]) => {
  applyJsonPatch(target, JsonPatch.parse(operations));
  return target;
};

describe('a JSON patch', () => {
  it.each([
    { op: { op: 'replace', path: '/a/b', value: 2 }, to: { a: { b: 2 }, list: [1, 2], 'x/y~z': 1 } },
    { op: { op: 'add', path: '/a/c', value: [] }, to: { a: { b: 1, c: [] }, list: [1, 2], 'x/y~z': 1 } },
    { op: { op: 'remove', path: '/a/b' }, to: { a: {}, list: [1, 2], 'x/y~z': 1 } },
    { op: { op: 'add', path: '/list/1', value: 9 }, to: { a: { b: 1 }, list: [1, 9, 2], 'x/y~z': 1 } },
    { op: { op: 'add', path: '/list/-', value: 9 }, to: { a: { b: 1 }, list: [1, 2, 9], 'x/y~z': 1 } },
    { op: { op: 'remove', path: '/list/0' }, to: { a: { b: 1 }, list: [2], 'x/y~z': 1 } },
    { op: { op: 'replace', path: '/x~1y~0z', value: 2 }, to: { a: { b: 1 }, list: [1, 2], 'x/y~z': 2 } },
  ])('does $op.op at $op.path', ({ op, to }) => {
    expect(patched({ a: { b: 1 }, list: [1, 2], 'x/y~z': 1 }, op)).toEqual(to);
  });

  it.each([
    { op: 'replace', path: '/b', value: 1 },
    { op: 'remove', path: '/b' },
    { op: 'add', path: '/b/c', value: 1 },
    { op: 'add', path: '/list/3', value: 1 },
    { op: 'replace', path: '/toString', value: 1 },
  ])('refuses $op at $path, where nothing is', (operation) => {
    expect(() => patched({ list: [1, 2] }, operation)).toThrow(operation.path);
  });
});
