import type { EffectiveConfiguration } from './effective-configuration.ts';
import type { Pair, Tree } from './tree.ts';

/**
 * @throws DocumentSyntaxError
 * @throws PlaceholderError
 */
export function composeConfiguration(tree: Tree, pair: Pair): EffectiveConfiguration {
  throw new Error(`not composed yet: ${tree.paths.size} ${pair.service}`);
}
