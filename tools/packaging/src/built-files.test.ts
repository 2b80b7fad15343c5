import { globSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';

import { temporaryDirectory } from '@signalbox/testkit';

import { removeStaleFiles } from './built-files.ts';

it('removes what was built from a source that is gone, and leaves the rest', async () => {
  await using library = await temporaryDirectory();
  const kept = [
    'dist/index.d.ts',
    'dist/index.d.ts.map',
    'dist/index.js',
    'dist/index.js.map',
    'dist/tsconfig.lib.tsbuildinfo',
  ];
  const files = [...kept, 'src/index.ts', 'dist/gone/old.js', 'dist/gone/old.js.map', 'dist/old.d.ts'];
  await mkdir(join(library.path, 'dist', 'gone'), { recursive: true });
  await mkdir(join(library.path, 'src'));
  await Promise.all(files.map((file) => writeFile(join(library.path, file), '')));

  removeStaleFiles({ path: library.path, manifest: { name: 'a', version: '0.1.0', private: false } });

  expect(globSync('dist/**/*.*', { cwd: library.path }).sort()).toEqual(kept);
});
