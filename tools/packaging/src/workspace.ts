import { globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import * as z from 'zod';

/** Where the workspace stands. */
export const WORKSPACE = join(import.meta.dirname, '..', '..', '..');

const Manifest = z.looseObject({
  name: z.string(),
  version: z.string(),
  private: z.boolean().default(false),
  exports: z.unknown().optional(),
});
export type Manifest = z.infer<typeof Manifest>;

/** A package as it lies in a directory. */
export interface PackageDirectory {
  readonly path: string;
  readonly manifest: Manifest;
}

export function readPackage(path: string): PackageDirectory {
  return { path, manifest: Manifest.parse(JSON.parse(readFileSync(join(path, 'package.json'), 'utf8'))) };
}

/** The libraries that are published: all but those that say that they are private. */
export function publishedLibraries(): readonly PackageDirectory[] {
  return globSync('libs/*/package.json', { cwd: WORKSPACE })
    .sort()
    .map((path) => readPackage(dirname(join(WORKSPACE, path))))
    .filter(({ manifest }) => !manifest.private);
}

/** What others may import of it, the manifest aside. */
export function entryPoints({ manifest }: PackageDirectory): readonly string[] {
  return Object.keys(z.record(z.string(), z.unknown()).parse(manifest.exports))
    .filter((entry) => entry !== './package.json')
    .map((entry) => manifest.name + entry.slice(1));
}
