import { readdir, readFile } from 'node:fs/promises';
import { isBuiltin } from 'node:module';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

import { publishedLibraries, WORKSPACE } from '../src/workspace.ts';

/** At the beginning of a line: comments name packages too. */
const IMPORT = /^(?:import|export|\}).* from '([^']+)';$/gm;

/** What the files of a library import, its tests aside, and type imports too: a declaration would need them. */
async function importsOf(library: string): Promise<readonly string[]> {
  const directory = join(WORKSPACE, 'libs', library, 'src');
  const files = await readdir(directory, { recursive: true });
  const sources = files.filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'));
  const texts = await Promise.all(sources.map((file) => readFile(join(directory, file), 'utf8')));
  return texts.flatMap((text) => [...text.matchAll(IMPORT)].map(([, name = '']) => name));
}

describe.each(['circuit-breaker', 'retry', 'load-balancer', 'clock'])('%s', (library) => {
  it('asks for no other package', () => {
    const { manifest } = publishedLibraries().find(({ manifest: { name } }) => name === `@signalbox/${library}`) ?? {};

    expect(manifest).toBeDefined();
    expect(manifest).not.toHaveProperty('dependencies');
    expect(manifest).not.toHaveProperty('peerDependencies');
    expect(manifest).not.toHaveProperty('optionalDependencies');
  });

  it('imports its own files and what Node has', async () => {
    const imports = await importsOf(library);

    expect(imports).not.toEqual([]);
    expect(imports.filter((name) => !name.startsWith('.') && !isBuiltin(name))).toEqual([]);
  });
});
