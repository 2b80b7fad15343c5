import type { KeyPath } from '../documents/key-path.ts';
import type { Pair, Tree } from './tree.ts';

export interface Layer {
  readonly path: string;
  /** Where in the configuration the document's root stands. */
  readonly prefix?: KeyPath;
}

/**
 * The documents of a pair, lowest precedence first.
 *
 * @throws DocumentSyntaxError when the service's own description is broken or imports a group that is not there
 */
export function layersFor(tree: Tree, pair: Pair): readonly Layer[] {
  return [...tree.paths].filter((path) => path.startsWith(pair.service)).map((path) => ({ path }));
}
