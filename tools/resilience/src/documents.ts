import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { Report } from './example.ts';

import { renderPicture } from './picture.ts';
import { renderTable } from './table.ts';

/** What stands between these in the page is written anew. */
const BEGIN = '<!-- written by npm run resilience -->';
const END = '<!-- until here -->';

export const PICTURE_FILE = join('images', 'resilience.svg');
export const FIGURES_FILE = 'resilience.json';
export const PAGE_FILE = 'resilience.md';

/** Writes the figures, the picture of them, and their table into the page that explains them. Rejects where that page is not in the directory. */
export async function writeDocuments(directory: string, report: Report): Promise<void> {
  const page = join(directory, PAGE_FILE);
  const written = withTable(await readFile(page, 'utf8'), report);
  await mkdir(join(directory, 'images'), { recursive: true });
  await writeFile(join(directory, FIGURES_FILE), `${JSON.stringify(report, undefined, 2)}\n`);
  await writeFile(join(directory, PICTURE_FILE), renderPicture(report.policies));
  await writeFile(page, written);
}

/** The page with the table of these figures. Throws where it has no place for it. */
export function withTable(page: string, { ran, policies }: Pick<Report, 'ran' | 'policies'>): string {
  const begin = page.indexOf(BEGIN);
  const end = page.indexOf(END, begin);
  if (begin < 0 || end < 0) {
    throw new Error(`the page has no place between "${BEGIN}" and "${END}"`);
  }
  const head = `Last run: ${ran.day}, Node ${ran.node}, ${ran.cores} cores.`;
  return `${page.slice(0, begin)}${BEGIN}\n\n${head}\n\n${renderTable(policies)}\n\n${page.slice(end)}`;
}
