import type { Pair, Tree } from './tree.ts';

import { emptyMap } from '../documents/config-value.ts';
import { withValue } from '../documents/edit-values.ts';
import { EffectiveConfiguration, type PlacedLayer } from './effective-configuration.ts';
import { type Layer, layersFor } from './layers.ts';
import { merge } from './merge.ts';
import { resolvePlaceholders } from './placeholders.ts';

/**
 * The documents of the pair laid over each other, and their placeholders resolved against the result.
 *
 * @throws DocumentSyntaxError
 * @throws PlaceholderError
 */
export function composeConfiguration(tree: Tree, pair: Pair): EffectiveConfiguration {
  const layers = layersFor(tree, pair).map((layer) => place(tree, layer));
  const merged = layers.reduce((lower, { values }) => merge(lower, values), emptyMap());
  return new EffectiveConfiguration({ layers, ...resolvePlaceholders(merged, layers) });
}

function place(tree: Tree, { path, prefix = [] }: Layer): PlacedLayer {
  const document = tree.document(path);
  const values = prefix.length === 0 ? document.root : withValue(emptyMap(), prefix, document.root);
  return {
    path,
    typed: document.typed,
    values,
    lineOf: (keyPath) => document.lineOf(keyPath.slice(prefix.length)),
  };
}
