import type { KeyPath } from '../documents/key-path.ts';
import type { Pair, Tree } from './tree.ts';

import { closest } from './closest.ts';
import { COMMON, type Import, importsOf, refuseImport } from './imports.ts';
import { DEFAULT_STEM, isPlacedIn, pathsAt, placeOf } from './places.ts';

export interface Layer {
  readonly path: string;
  /** Where in the configuration the document's root stands. */
  readonly prefix?: KeyPath;
}

/**
 * The documents of a pair, lowest precedence first: `default` before the environment, in each of them common, groups
 * in the order they are imported, service; of one place, in the order of `pathsAt`.
 *
 * @throws DocumentSyntaxError when the service's description is broken, or imports a group that is not there
 */
export function layersFor(tree: Tree, { service, environment }: Pair): readonly Layer[] {
  const imports = importsOf(tree, service);
  for (const imported of imports) {
    checkGroup(tree, imported);
  }
  const folders: readonly Folder[] = [{ group: COMMON }, ...imports, { group: service }];
  return [DEFAULT_STEM, environment].flatMap((stem) => folders.flatMap((folder) => layersIn(tree, folder, stem)));
}

type Folder = Pick<Import, 'group' | 'prefix'>;

/** A group of no documents is a slip: without a word, its keys would be missing. */
function checkGroup(tree: Tree, { group, description }: Import): void {
  if (!tree.paths.values().some((path) => isPlacedIn(path, group))) {
    const folders = new Set([...tree.paths].flatMap((path) => placeOf(path)?.folder ?? []));
    const [near] = closest(group, folders);
    const hint = near === undefined ? '' : `: is it "${near}"`;
    refuseImport(description, `imports the group "${group}", which has no folder${hint}`);
  }
}

function layersIn(tree: Tree, { group, prefix }: Folder, stem: string): readonly Layer[] {
  return pathsAt({ folder: group, stem })
    .filter((path) => tree.paths.has(path))
    .map((path) => (prefix === undefined ? { path } : { path, prefix }));
}
