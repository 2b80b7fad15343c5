import type { ConfigValue } from './config-value.ts';

export interface DocumentEdits {
  /** By key path as text. Applied after `unset`. A map replaces what is there as a whole. */
  readonly set: ReadonlyMap<string, ConfigValue>;
  /** Key paths as text. A map that this leaves empty goes as well; a key that is not there is no error. */
  readonly unset: readonly string[];
}
