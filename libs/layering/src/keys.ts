export {
  type ConfigMap,
  type ConfigValue,
  emptyMap,
  isConfigList,
  isConfigMap,
  type MutableConfigMap,
} from './documents/config-value.ts';
export { dotenvName } from './documents/dotenv-name.ts';
export { withValue } from './documents/edit-values.ts';
export { formatKeyPath, type KeyPath, parseKeyPath } from './documents/key-path.ts';
export { InvalidKeyPathError } from './errors.ts';
export { changedKeys } from './layering/diff.ts';
export { type Leaf, leavesOf, valueAt } from './layering/leaves.ts';
export { isSecretName } from './secret-name.ts';
