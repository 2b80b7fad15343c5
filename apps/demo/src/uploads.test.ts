import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

import { temporaryDirectory } from '@signalbox/testkit';

import { Uploads } from './uploads.ts';

describe('the uploads', () => {
  it('are read by others than wrote them, as a whole', async () => {
    await using directory = await temporaryDirectory();
    const text = 'a receipt\n'.repeat(100_000);
    const writers = [new Uploads(directory.path), new Uploads(directory.path)];

    await Promise.all(writers.map((uploads) => uploads.write('receipts', 'one.txt', text)));

    expect(await new Uploads(directory.path).read('receipts', 'one.txt')).toBe(text);
    expect(await readdir(join(directory.path, 'receipts'))).toEqual(['one.txt']);
  });

  it('say where there is nothing yet', async () => {
    await using directory = await temporaryDirectory();

    expect(await new Uploads(directory.path).read('receipts', 'one.txt')).toBeUndefined();
  });

  it('are whole also where one is written many times at once', async () => {
    await using directory = await temporaryDirectory();
    const uploads = new Uploads(directory.path);
    const texts = Array.from({ length: 20 }, (_, i) => String(i).repeat(10_000));

    const written = await Promise.allSettled(texts.map((text) => uploads.write('reports', 'today.json', text)));

    expect(written.filter(({ status }) => status === 'rejected')).toEqual([]);
    expect(texts).toContain(await uploads.read('reports', 'today.json'));
    expect(await readdir(join(directory.path, 'reports'))).toEqual(['today.json']);
  });
});
