import { createHash } from 'node:crypto';

import type { ConfigMap, ConfigValue } from '../documents/config-value.ts';

import { formatKeyPath, type KeyPath } from '../documents/key-path.ts';
import { canonicalJson } from '../documents/sorted.ts';
import { leavesOf, valueAt } from './leaves.ts';

/** What a document says about a key. */
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

/** A document at its place in a configuration. */
export interface PlacedLayer {
  readonly path: string;
  readonly typed: boolean;
  readonly values: ConfigMap;
  lineOf(keyPath: KeyPath): number | undefined;
}

interface Composition {
  readonly values: ConfigMap;
  /** Lowest precedence first. */
  readonly layers: readonly PlacedLayer[];
  /** Formatted key paths of values that are text because the default of a placeholder is. */
  readonly textKeys: ReadonlySet<string>;
}

/** 132 bits. */
const ETAG_LENGTH = 22;

/** What a service is configured with in an environment. */
export class EffectiveConfiguration {
  readonly values: ConfigMap;
  readonly #composition: Composition;
  #etag: string | undefined;

  constructor(composition: Composition) {
    this.values = composition.values;
    this.#composition = composition;
  }

  /** Hash of the content: independent of the order of keys and of what the documents look like. */
  get etag(): string {
    this.#etag ??= createHash('sha256').update(canonicalJson(this.values)).digest('base64url').slice(0, ETAG_LENGTH);
    return this.#etag;
  }

  /** Paths of the documents laid over each other, lowest precedence first. */
  get files(): readonly string[] {
    return this.#composition.layers.map(({ path }) => path);
  }

  /** By the formatted key path of each leaf: a scalar, a list or an empty map. */
  explain(): ReadonlyMap<string, Explanation> {
    return new Map(leavesOf(this.values).map((leaf) => [formatKeyPath(leaf.keyPath), this.#explain(leaf)]));
  }

  /** Whether the value is text only for want of a type: a schema says what it means. */
  isText(keyPath: KeyPath): boolean {
    return (
      this.#composition.textKeys.has(formatKeyPath(keyPath)) ||
      originOf(this.#composition.layers, keyPath)?.typed === false
    );
  }

  /** The same configuration with text turned into what it means. */
  withValues(values: ConfigMap): EffectiveConfiguration {
    return new EffectiveConfiguration({ ...this.#composition, values });
  }

  #explain({ keyPath, value }: { keyPath: KeyPath; value: ConfigValue }): Explanation {
    const [origin, ...overridden] = this.#composition.layers.toReversed().flatMap((layer) => {
      const written = valueAt(layer.values, keyPath);
      return written === undefined ? [] : [toLayerValue(layer, keyPath, written)];
    });
    if (origin === undefined) {
      throw new Error(`no layer has the key ${formatKeyPath(keyPath)}`);
    }
    return { ...origin, value, overrides: overridden };
  }
}

/** The layer whose value of the key is the effective one. */
export function originOf(layers: readonly PlacedLayer[], keyPath: KeyPath): PlacedLayer | undefined {
  return layers.findLast((layer) => valueAt(layer.values, keyPath) !== undefined);
}

function toLayerValue(layer: PlacedLayer, keyPath: KeyPath, value: ConfigValue): LayerValue {
  const line = layer.lineOf(keyPath);
  return { value, path: layer.path, ...(line !== undefined && { line }) };
}
