import { cp, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

import { temporaryDirectory } from '@signalbox/testkit';

import type { Report } from '../src/example.ts';

import { FIGURES_FILE, PAGE_FILE, PICTURE_FILE, withTable, writeDocuments } from '../src/documents.ts';
import { renderPicture } from '../src/picture.ts';
import { EXAMPLES } from '../src/policies.ts';

const DOCS = join(import.meta.dirname, '..', '..', '..', 'docs');

const read = (directory: string, file: string) => readFile(join(directory, file), 'utf8');
const documented = async () => JSON.parse(await read(DOCS, FIGURES_FILE)) as Report; // written by writeDocuments alone

describe('the documented figures', () => {
  it('are of the policies that there are', async () => {
    const { policies } = await documented();

    expect(policies.map(({ name }) => name)).toEqual(EXAMPLES.map(({ name }) => name));
  });

  it('are those of the picture and of the table', async () => {
    const report = await documented();
    const page = await read(DOCS, PAGE_FILE);

    expect(await read(DOCS, PICTURE_FILE)).toBe(renderPicture(report.policies));
    expect(withTable(page, report)).toBe(page);
  });

  it('are written anew together', async () => {
    await using directory = await temporaryDirectory();
    await cp(join(DOCS, PAGE_FILE), join(directory.path, PAGE_FILE));
    const before = await documented();
    const [first] = before.policies;
    const report = { ...before, policies: first === undefined ? [] : [{ ...first, failed: 7, failedPercent: 1.25 }] };

    await writeDocuments(directory.path, report);

    expect(JSON.parse(await read(directory.path, FIGURES_FILE))).toEqual(report);
    expect(await read(directory.path, PICTURE_FILE)).toContain('>1.25 %</text>');
    expect(await read(directory.path, PAGE_FILE)).toContain(' 7 of 250 (1.25 %) ');
  });
});

describe('withTable', () => {
  it('refuses a page that has no place for a table', () => {
    expect(() =>
      withTable('# Resilience', { ran: { day: '2026-01-01', node: 'v26.0.0', cores: 2 }, policies: [] }),
    ).toThrow('no place');
  });
});
