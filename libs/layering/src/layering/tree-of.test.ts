import { describe, expect, it } from 'vitest';

import { treeOf } from './tree-of.ts';

describe('a tree of texts', () => {
  it('gives the same document for the same path, parsed once', () => {
    const tree = treeOf({ 'orders/default.yaml': 'a: 1\n' });

    expect(tree.document('orders/default.yaml')).toBe(tree.document('orders/default.yaml'));
  });

  it.each(['orders/production.yaml', 'constructor'])('has no document at %s, and says so', (path) => {
    const tree = treeOf({ 'orders/default.yaml': 'a: 1\n' });

    expect(() => tree.document(path)).toThrow(new RangeError(`the tree has no "${path}"`));
  });
});
