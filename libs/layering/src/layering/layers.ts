import type { KeyPath } from '../documents/key-path.ts';
import type { Pair, Tree } from './tree.ts';

import { DOCUMENT_EXTENSIONS } from '../documents/parse-document.ts';
import { closest } from './closest.ts';
import { COMMON, type Import, importsOf, refuseImport } from './imports.ts';

export interface Layer {
  readonly path: string;
  /** Where in the configuration the document's root stands. */
  readonly prefix?: KeyPath;
}

const DEFAULT_STEM = 'default';

/**
 * The documents of a pair, lowest precedence first: `default` before the environment, in each of them common, groups
 * in the order they are imported, service; of one name, in the order of DOCUMENT_EXTENSIONS.
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
  const folder = `${group}/`;
  if (!tree.paths.values().some((path) => path.startsWith(folder))) {
    const folders = new Set(tree.paths.values().map((path) => path.slice(0, path.indexOf('/'))));
    const [near] = closest(group, folders);
    const hint = near === undefined ? '' : `: is it "${near}"`;
    refuseImport(description, `imports the group "${group}", which has no folder${hint}`);
  }
}

function layersIn(tree: Tree, { group, prefix }: Folder, stem: string): readonly Layer[] {
  return DOCUMENT_EXTENSIONS.map((extension) => `${group}/${stem}.${extension}`)
    .filter((path) => tree.paths.has(path))
    .map((path) => (prefix === undefined ? { path } : { path, prefix }));
}
