export { type Document } from './documents/document.ts';
export { type ConfigMap, type ConfigValue, emptyMap, isConfigList, isConfigMap } from './documents/config-value.ts';
export { formatKeyPath, type KeyPath, parseKeyPath } from './documents/key-path.ts';
export { isDocumentPath, parseDocument } from './documents/parse-document.ts';
export { editDocument } from './documents/edit-document.ts';
export { renderConfiguration, type RenderFormat } from './documents/render-configuration.ts';

export { composeConfiguration } from './layering/compose-configuration.ts';
export type { EffectiveConfiguration, LayerValue } from './layering/effective-configuration.ts';
export { layersFor } from './layering/layers.ts';
export { COMMON } from './layering/imports.ts';
export { DEFAULT_STEM, DOTENV_FOLDER, isPlacedIn, pathsAt, placeOf, SCHEMA } from './layering/places.ts';
export { environmentsOf, servicesOf } from './layering/fleet.ts';
export { pairKey, pairsOf } from './layering/pairs.ts';
export type { Pair, Tree } from './layering/tree.ts';
export { treeOf } from './layering/tree-of.ts';
export { changedKeys, diff, type KeyChange } from './layering/diff.ts';
export { closest } from './layering/closest.ts';

export {
  DocumentSyntaxError,
  InvalidKeyPathError,
  PlaceholderError,
  UnrenderableError,
  UnsupportedEditError,
} from './errors.ts';
