import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';

import { type PackageDirectory, readPackage, WORKSPACE } from './workspace.ts';

const Lockfile = z.object({ packages: z.record(z.string(), z.looseObject({ link: z.boolean().default(false) })) });

/** Every package of others that is installed in the workspace, in each of its versions. */
export function installedPackages(): readonly PackageDirectory[] {
  const { packages } = Lockfile.parse(JSON.parse(readFileSync(join(WORKSPACE, 'package-lock.json'), 'utf8')));
  return Object.entries(packages)
    .filter(([path, { link }]) => path.includes('node_modules/') && !link)
    .map(([path]) => join(WORKSPACE, path))
    .filter((path) => existsSync(join(path, 'package.json'))) // those for other platforms are in the file, but not here
    .map(readPackage);
}
