import type { ConfigMap } from './config-value.ts';
import type { KeyPath } from './key-path.ts';

/** One file of configuration, parsed. Immutable, so that it can be shared by every commit that holds its blob. */
export interface Document {
  readonly path: string;
  /** False for formats that know only text (properties, env): a schema says what their values are. */
  readonly typed: boolean;
  readonly root: ConfigMap;
  /** 1-based. For a key without a line of its own (behind a YAML alias) that of the nearest key above it. */
  lineOf(keyPath: KeyPath): number | undefined;
}
