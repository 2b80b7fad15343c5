import { describe, expect, it } from 'vitest';

import { FakeClock } from '@signalbox/testkit';

import type { Change } from './change.ts';
import type { EditRequest } from './edit.ts';

import { InMemorySource } from '../../test/in-memory-source.ts';
import { CommitTrees } from '../refresh/commit-trees.ts';
import { servedBy } from '../refresh/pair-state.ts';
import { Refresher } from '../refresh/refresher.ts';
import { Editor } from './editor.ts';

type Files = Readonly<Record<string, string>>;

const SHOP: Files = { 'orders/production.yaml': 'a: 1\n', 'products/production.yaml': 'b: 1\n' };

/** A branch that others may push to just before each commit of ours. */
async function createBranch(files: Files, pushes: Files[] = []) {
  const source = new InMemorySource();
  const trees = new CommitTrees(source);
  const refresher = new Refresher({ source, trees, clock: new FakeClock(), defaultLabel: 'main' });
  const messages: string[] = [];
  let head = source.commitTo('main', files);
  let current = files;
  const push = (changed: Files) => {
    current = { ...current, ...changed };
    head = source.commitTo('main', current);
  };
  await refresher.refresh();
  const editor = new Editor({
    maxWaiting: 2,
    committer: {
      commit: ({ base, message, files: changed }: Change) => {
        const pushed = pushes.shift();
        if (pushed !== undefined) {
          push(pushed);
        }
        if (base !== head) {
          return Promise.resolve({ kind: 'moved' });
        }
        push(Object.fromEntries(changed));
        messages.push(message);
        const blobs = new Map([...changed].map(([path, text]) => [path, source.blobOf(text)]));
        return Promise.resolve({ kind: 'committed', commit: head, blobs });
      },
    },
    branch: {
      refresh: () => refresher.refresh(),
      advance: (base, written) => refresher.advance(base, written),
      get commit() {
        return refresher.board.commit;
      },
      tree: (commit) => trees.load(commit),
      values: (pair) => servedBy(refresher.board.state(pair))?.configuration.values,
      isQuarantined: (pair) => refresher.board.state(pair)?.kind !== 'valid',
    },
  });
  return { editor, push, messages, files: () => current, head: () => head };
}

function setting(key: `${string}/${string}`, value: number, more: Partial<EditRequest> = {}): EditRequest {
  const [folder = '', name = ''] = key.split('/');
  return {
    edit: { kind: 'keys', folder, environment: 'production', set: new Map([[name, value]]), unset: [] },
    author: { name: 'Ada', email: 'ada@example.com' },
    dryRun: false,
    ...more,
  };
}

describe('Editor', () => {
  it('makes the edit again on what someone else pushed meanwhile', async () => {
    const { editor, files, messages } = await createBranch(SHOP, [{ 'orders/production.yaml': 'a: 1\nc: 3\n' }]);

    const { changes } = await editor.edit(setting('orders/a', 2));

    expect(files()['orders/production.yaml']).toBe('a: 2\nc: 3\n');
    expect(changes).toEqual([{ service: 'orders', environment: 'production', key: 'a', before: 1, after: 2 }]);
    expect(messages).toEqual(['Update orders/production: set a']);
  });

  it('is a conflict when the push meanwhile was to the file that was expected to stand still', async () => {
    const { editor, head, files } = await createBranch(SHOP, [{ 'orders/production.yaml': 'a: 7\n' }]);

    const editing = editor.edit(setting('orders/a', 2, { expectedVersion: head() }));

    await expect(editing).rejects.toMatchObject({ code: 'config/conflict', paths: ['orders/production.yaml'] });
    expect(files()['orders/production.yaml']).toBe('a: 7\n');
  });

  it('gives up on a branch that never stands still', async () => {
    const pushes = Array.from({ length: 9 }, (_, i) => ({ 'products/production.yaml': `b: ${i}\n` }));
    const { editor } = await createBranch(SHOP, pushes);

    await expect(editor.edit(setting('orders/a', 2))).rejects.toThrow('the branch moved 5 times under the change');
  });

  it('commits nothing when nothing would change', async () => {
    const { editor, head, messages } = await createBranch(SHOP);

    await expect(editor.edit(setting('orders/a', 1))).resolves.toEqual({ base: head(), version: head(), changes: [] });
    expect(messages).toEqual([]);
  });

  it('lets a common edit through although another service is broken, but none that breaks a service', async () => {
    const schema = JSON.stringify({ properties: { level: { type: 'integer', maximum: 9 } } });
    const { editor, push } = await createBranch({ ...SHOP, 'products/schema.json': schema });
    push({ 'orders/production.yaml': 'a: {\n' });

    await expect(editor.edit(setting('common/level', 9))).resolves.toMatchObject({
      changes: [{ service: 'products', key: 'level', after: 9 }],
    });
    await expect(editor.edit(setting('common/level', 10))).rejects.toMatchObject({
      code: 'config/invalid',
      errors: [{ service: 'products', environment: 'production', pointer: '/level' }],
    });
  });

  it('mends a broken service by the edit of the key that breaks it, and by no other', async () => {
    const schema = JSON.stringify({ properties: { a: { type: 'integer' } } });
    const { editor, push } = await createBranch({ ...SHOP, 'orders/schema.json': schema });
    push({ 'orders/production.yaml': 'a: none\n' });

    await expect(editor.edit(setting('orders/other', 1))).rejects.toMatchObject({ code: 'config/invalid' });
    await expect(editor.edit(setting('orders/a', 3))).resolves.toMatchObject({ changes: [{ before: 1, after: 3 }] });
  });

  it('tells an unknown version from a conflict', async () => {
    const { editor } = await createBranch(SHOP);

    const editing = editor.edit(setting('orders/a', 2, { expectedVersion: 'f'.repeat(40) }));

    await expect(editing).rejects.toMatchObject({ code: 'config/unknown-label' });
  });

  it('lets a bounded number of edits wait, and goes on after one that fails', async () => {
    const { editor, files } = await createBranch(SHOP);
    const unsafe = { kind: 'file', folder: 'orders', path: '../x', content: '' } as const;

    const outcomes = await Promise.allSettled([
      editor.edit(setting('orders/a', 2, { edit: unsafe })),
      editor.edit(setting('orders/a', 3)),
      editor.edit(setting('orders/a', 4)),
    ]);

    expect(outcomes).toMatchObject([
      { status: 'rejected', reason: { code: 'config/invalid-path' } },
      { status: 'fulfilled' },
      { status: 'rejected', reason: { code: 'config/busy' } },
    ]);
    expect(files()['orders/production.yaml']).toBe('a: 3\n');
  });
});
