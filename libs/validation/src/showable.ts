import type { ConfigMap, KeyPath, Pair, Tree } from '@signalbox/layering';

import { forItem, forKey, inPlace, type LocatedSchema } from './applicable-schemas.ts';
import { schemaPathsOf } from './schema-paths.ts';

const INDEX = /^\d+$/;

/**
 * Whether the schemas of a pair let the value of a key be shown: one of them knows the key, and none marks it, or what it stands in, as a
 * secret (`writeOnly`, or the format `password`). A key that no schema knows may be the misspelt name of one.
 *
 * @param keyPath may lead into lists
 * @throws DocumentSyntaxError when a schema is no JSON object
 */
export function isShowable(tree: Tree, { service }: Pair, keyPath: KeyPath): boolean {
  let located = schemaPathsOf(tree, service).map((path): LocatedSchema => {
    const { root } = tree.document(path);
    return { schema: root, root };
  });
  for (const key of keyPath) {
    located = [...inPlace(located.flatMap((holder) => schemasOf(holder, key)))];
    if (located.some(({ schema }) => isMarked(schema))) {
      return false;
    }
  }
  return located.length > 0;
}

/** A key of digits may be one of a map as well as an index. */
function schemasOf(holder: LocatedSchema, key: string): readonly LocatedSchema[] {
  const holders = inPlace([holder]);
  return [...forKey(holders, key), ...(INDEX.test(key) ? forItem(holders, Number(key)) : [])];
}

function isMarked({ writeOnly, format }: ConfigMap): boolean {
  return writeOnly === true || format === 'password';
}
