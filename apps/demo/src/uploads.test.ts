import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

import { temporaryDirectory } from '@signalbox/testkit';

import { Uploads } from './uploads.ts';

describe('the uploads', () => {
  it('are read by others than wrote them, as a whole', async () => {
    await using directory = await temporaryDirectory();
    const text = 'a receipt\n'.repeat(100_000);
    const writers = ['worker-1', 'worker-2'].map((name) => new Uploads(directory.path, name));

    await Promise.all(writers.map((uploads) => uploads.write('receipts', 'one.txt', text)));

    expect(await new Uploads(directory.path, 'orders-1').read('receipts', 'one.txt')).toBe(text);
    expect(await readdir(join(directory.path, 'receipts'))).toEqual(['one.txt']);
  });

  it('say where there is nothing yet', async () => {
    await using directory = await temporaryDirectory();

    expect(await new Uploads(directory.path, 'orders-1').read('receipts', 'one.txt')).toBeUndefined();
  });
});
