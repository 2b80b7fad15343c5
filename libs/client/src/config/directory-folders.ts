import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** The directory, and the folders in it. */
export async function foldersOf(directory: string): Promise<readonly string[]> {
  const entries = (await readdir(directory)).filter(isVisible).map((name) => join(directory, name));
  const found = await Promise.all(entries.map(async (path) => ({ path, isFolder: (await stat(path)).isDirectory() })));
  return [directory, ...found.filter(({ isFolder }) => isFolder).map(({ path }) => path)];
}

/** Kubernetes keeps its own beside the files, with dots before their names. */
export function isVisible(name: string): boolean {
  return !name.startsWith('.');
}
