import { globSync, rmSync } from 'node:fs';
import { join } from 'node:path';

import type { PackageDirectory } from './workspace.ts';

const ENDINGS = ['.js', '.js.map', '.d.ts', '.d.ts.map'];

/** What a library's sources are built to, by path within the library. */
export function builtFiles(sources: readonly string[]): readonly string[] {
  return sources.flatMap((source) => {
    const module = source.replace(/^src/, 'dist').replace(/\.ts$/, '');
    return ENDINGS.map((ending) => `${module}${ending}`);
  });
}

/** Removes what was built from sources that are gone: the compiler leaves it, and it would be published. */
export function removeStaleFiles({ path }: PackageDirectory): void {
  const current = new Set(builtFiles(globSync('src/**/*.ts', { cwd: path })));
  for (const file of globSync('dist/**/*.{js,js.map,d.ts,d.ts.map}', { cwd: path })) {
    if (!current.has(file)) {
      rmSync(join(path, file), { force: true }); // two suites that pack at a time both see it
    }
  }
}
