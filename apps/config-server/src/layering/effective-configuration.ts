import type { ConfigMap, ConfigValue } from '../documents/config-value.ts';
import type { KeyPath } from '../documents/key-path.ts';

/** What a layer says about a key. */
export interface LayerValue {
  readonly value: ConfigValue;
  readonly path: string;
  readonly line?: number;
}

/** Where the value of a key comes from. */
export interface Explanation extends LayerValue {
  /** What lower layers say about the same key, as written, highest precedence first. */
  readonly overrides: readonly LayerValue[];
}

export interface EffectiveConfiguration {
  readonly values: ConfigMap;
  /** Hash of the content: independent of the order of keys and of what the documents look like. */
  readonly etag: string;
  /** Paths of the documents laid over each other, lowest precedence first. */
  readonly files: readonly string[];
  /** By the formatted key path of each leaf: a scalar, a list or an empty map. */
  explain(): ReadonlyMap<string, Explanation>;
  /** Whether the value was written in a format that knows only text. */
  isText(keyPath: KeyPath): boolean;
}
