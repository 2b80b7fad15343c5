import { describe, expect, it } from 'vitest';

import { memoryDisk, MemoryStore } from '../../test/memory-store.ts';
import { aRegistration } from '../../test/registrations.ts';
import { register } from './instance.ts';
import { type Change, WriteQueue } from './write-queue.ts';

function aChange(id: string, apply: () => unknown = () => undefined): Change {
  return { write: { type: 'register', record: register(undefined, aRegistration({ id }), 0) }, apply };
}

describe('WriteQueue', () => {
  it('stores writes that arrive together in one transaction, and applies them in their order', async () => {
    const store = new MemoryStore();
    const queue = new WriteQueue(store);
    const applied: string[] = [];

    await Promise.all(['a', 'b', 'c'].map((id) => queue.push(aChange(id, () => applied.push(id)))));

    expect(store.transactions).toBe(1);
    expect(applied).toEqual(['a', 'b', 'c']);
    expect(store.disk.records.size).toBe(3);
  });

  it('applies nothing that could not be stored, says why, and tries the next writes', async () => {
    const store = new MemoryStore(memoryDisk());
    const queue = new WriteQueue(store);
    const applied: string[] = [];
    store.failure = new Error('disk is full');

    const lost = queue.push(aChange('a', () => applied.push('a')));

    await expect(lost).rejects.toMatchObject({ code: 'registry/storage-unavailable', message: /disk is full/ });
    store.failure = undefined;
    await queue.push(aChange('b', () => applied.push('b')));
    expect(applied).toEqual(['b']);
  });

  it('applies what holds regardless of the store, and says that it is not stored', async () => {
    const store = new MemoryStore();
    const queue = new WriteQueue(store);
    const applied: string[] = [];
    store.failure = new Error('disk is full');

    const unstored = queue.push({ ...aChange('a', () => applied.push('a')), regardless: true });

    await expect(unstored).rejects.toMatchObject({ code: 'registry/storage-unavailable' });
    expect(applied).toEqual(['a']);
  });

  it('refuses one write more than may wait', async () => {
    const queue = new WriteQueue(new MemoryStore(), { maxWaiting: 2 });
    const waiting = [queue.push(aChange('a')), queue.push(aChange('b'))];

    await expect(queue.push(aChange('c'))).rejects.toMatchObject({ code: 'registry/full' });
    await Promise.all(waiting);
  });

  it('splits what waits into batches', async () => {
    const store = new MemoryStore();
    const queue = new WriteQueue(store, { maxBatch: 2 });

    await Promise.all(['a', 'b', 'c'].map((id) => queue.push(aChange(id))));

    expect(store.transactions).toBe(2);
  });
});
