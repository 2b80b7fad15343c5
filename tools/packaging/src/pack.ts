import { execFile } from 'node:child_process';
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import * as z from 'zod';

import { removeStaleFiles } from './built-files.ts';
import { type PackageDirectory, WORKSPACE } from './workspace.ts';

const run = promisify(execFile);

const Packed = z.array(
  z.object({ name: z.string(), filename: z.string(), files: z.array(z.object({ path: z.string() })) }),
);

/** A library as it is published. */
export interface Tarball {
  readonly library: PackageDirectory;
  /** Where the tarball lies. */
  readonly path: string;
  /** Paths of what is in it. */
  readonly files: readonly string[];
}

/** Packs libraries that are built, as `npm publish` does, into a directory. Rejects where one is not built. */
export async function pack(libraries: readonly PackageDirectory[], directory: string): Promise<readonly Tarball[]> {
  await Promise.all(libraries.map(({ path }) => access(join(path, 'dist', 'index.js'))));
  libraries.forEach(removeStaleFiles);
  const which = libraries.flatMap(({ path }) => ['--workspace', path]);
  const { stdout } = await run(
    'npm',
    ['pack', '--json', '--ignore-scripts', '--pack-destination', directory, ...which],
    {
      cwd: WORKSPACE,
    },
  );
  const packed = Packed.parse(JSON.parse(stdout));
  return libraries.map((library) => {
    const own = packed.find(({ name }) => name === library.manifest.name);
    if (own === undefined) {
      throw new Error(`npm packed no ${library.manifest.name}`);
    }
    return { library, path: join(directory, own.filename), files: own.files.map(({ path }) => path) };
  });
}
