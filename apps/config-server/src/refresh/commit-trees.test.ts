import { describe, expect, it } from 'vitest';

import { InMemorySource } from '../../test/in-memory-source.ts';
import { CommitTrees } from './commit-trees.ts';

describe('CommitTrees', () => {
  it('refuses a commit of more documents than are read', async () => {
    const source = new InMemorySource();
    const commit = source.commitTo('main', { 'a/default.yaml': 'x: 1\n', 'b/default.yaml': 'x: 2\n' });

    await expect(new CommitTrees(source, { maxDocuments: 1 }).load(commit)).rejects.toThrow(
      `commit ${commit} has 2 documents, more than 1`,
    );
  });

  it('refuses a commit of more new text than is read, and counts no text that it has', async () => {
    const source = new InMemorySource();
    const trees = new CommitTrees(source, { maxNewCharacters: 10 });
    const first = source.commitTo('main', { 'a/default.yaml': 'x: 12345\n' });
    const second = source.commitTo('main', { 'a/default.yaml': 'x: 12345\n', 'b/default.yaml': 'x: 12345\n' });

    await expect(trees.load(second)).rejects.toMatchObject({ code: 'config/oversized-commit' });
    await trees.load(first);
    await expect(trees.load(second)).resolves.toMatchObject({ commit: second });
  });

  it('reads an offered commit from where its objects are, and of those only what is new', async () => {
    const source = new InMemorySource();
    const offered = new InMemorySource();
    const trees = new CommitTrees(source);
    const same = { 'a/default.yaml': 'x: 1\n' };
    await trees.load(source.commitTo('main', same));
    offered.commitTo('main', same);
    const commit = offered.commitTo('main', { ...same, 'b/default.yaml': 'x: 2\n' });

    const tree = await trees.loadOffered(commit, offered);

    expect(tree.text('b/default.yaml')).toBe('x: 2\n');
    expect(offered.reads).toEqual([offered.blobOf('x: 2\n')]);
  });
});
