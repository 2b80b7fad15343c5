import { existsSync } from 'node:fs';
import { cp, mkdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';

import { type Lock, productionClosure } from './production-closure.ts';

/**
 * Copies from the current directory, an installed and compiled workspace, what one of its projects runs on:
 * `main.ts apps/registry TARGET`. Beneath TARGET/packages is what changes with the lock file, beneath TARGET/projects what
 * changes with the sources; laid over each other they are the workspace's own layout.
 */
const [project, target] = process.argv.slice(2);
if (project === undefined || target === undefined) {
  throw new Error('usage: main.ts PROJECT TARGET');
}
const lock = JSON.parse(await readFile('package-lock.json', 'utf8')) as Lock; // npm's own file
for (const path of productionClosure(lock, project)) {
  await (path.includes('node_modules/')
    ? copyPackage(path, join(target, 'packages', path))
    : copyProject(path, target));
}

/** Links are copied as links. What an engine does not run is left out, and packages within, which the closure lists by themselves. */
async function copyPackage(path: string, to: string): Promise<void> {
  if (!existsSync(path)) {
    return; // an optional one that is not for this platform
  }
  await cp(path, to, {
    recursive: true,
    verbatimSymlinks: true,
    filter: (source) => basename(source) !== 'node_modules' && !/\.(map|md|[cm]?ts)$/.test(source),
  });
}

async function copyProject(path: string, to: string): Promise<void> {
  const project = join(to, 'projects', path);
  await mkdir(project, { recursive: true });
  await cp(join(path, 'package.json'), join(project, 'package.json'));
  await cp(join(path, 'dist'), join(project, 'dist'), {
    recursive: true,
    filter: (source) => !/\.(map|ts|tsbuildinfo)$/.test(source),
  });
}
