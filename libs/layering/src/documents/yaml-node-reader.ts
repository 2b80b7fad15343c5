import {
  type Alias,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Scalar,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml';

import { DocumentSyntaxError } from '../errors.ts';
import { type ConfigMap, type ConfigValue, emptyMap } from './config-value.ts';
import { FORBIDDEN_KEY, formatKeyPath, type KeyPath } from './key-path.ts';
import { MAX_DEPTH, MAX_VALUES } from './limits.ts';

/** What an anchor stands for. Aliases share the value, so that following them costs nothing; its size still counts. */
interface Anchored {
  readonly value: ConfigValue;
  readonly valueCount: number;
  readonly height: number;
}

interface Place {
  readonly depth: number;
  /** Absent inside a list. */
  readonly keyPath?: KeyPath;
}

const INTEGER = /^[-+]?\d+$|^0[xo]/;

/** Turns the nodes of one YAML or JSON source into values, within the bounds of a document. */
export class NodeReader {
  /** 1-based line of each key outside of lists, by formatted key path. */
  readonly lines = new Map<string, number>();
  readonly #path: string;
  readonly #lineCounter = new LineCounter();
  /** In document order, so that the anchor last defined before an alias is the one it means. */
  readonly #anchors = new Map<string, Anchored | 'being read'>();
  #valueCount = 0;
  #deepest = 0;

  constructor(path: string, text: string) {
    this.#path = path;
    this.#lineCounter.addNewLine(0);
    for (let end = text.indexOf('\n'); end !== -1; end = text.indexOf('\n', end + 1)) {
      this.#lineCounter.addNewLine(end + 1);
    }
  }

  /** @throws DocumentSyntaxError */
  root(map: YAMLMap): ConfigMap {
    return this.#anchored(map, { depth: 1, keyPath: [] }, () => this.#map(map, { depth: 1, keyPath: [] }));
  }

  #value(node: unknown, place: Place): ConfigValue {
    this.#count(1, node);
    if (isMap(node)) {
      return this.#anchored(node, place, () => this.#map(node, place));
    }
    if (isSeq(node)) {
      return this.#anchored(node, place, () => this.#list(node, place));
    }
    if (isAlias(node)) {
      return this.#alias(node, place);
    }
    return isScalar(node) ? this.#anchored(node, place, () => this.#scalar(node)) : null;
  }

  #map(map: YAMLMap, { depth, keyPath }: Place): ConfigMap {
    this.#enter(depth, map);
    const values = emptyMap();
    for (const pair of map.items) {
      const key = this.#key(pair.key, values);
      const inner = keyPath === undefined ? undefined : [...keyPath, key];
      this.#recordLine(pair.key, inner);
      values[key] = this.#value(pair.value, { depth: depth + 1, ...(inner && { keyPath: inner }) });
    }
    return values;
  }

  #list(list: YAMLSeq, { depth }: Place): readonly ConfigValue[] {
    this.#enter(depth, list);
    return list.items.map((item) => this.#value(item, { depth: depth + 1 }));
  }

  #scalar(node: Scalar): ConfigValue {
    const { value } = node;
    if (typeof value === 'string' || typeof value === 'boolean' || value === null) {
      return value;
    }
    if (typeof value !== 'number' || !Number.isFinite(value)) {
      return this.#refuse(node, 'holds a number that JSON cannot: write it as a string');
    }
    if (!Number.isSafeInteger(value) && INTEGER.test(node.source ?? '')) {
      return this.#refuse(node, 'holds an integer beyond 2^53, which would be rounded: write it as a string');
    }
    // Minus zero is no number of its own.
    return value + 0;
  }

  #alias(node: Alias, { depth }: Place): ConfigValue {
    const target = this.#anchors.get(node.source);
    if (target === undefined) {
      return this.#refuse(node, 'holds an alias to an anchor that is not there');
    }
    if (target === 'being read') {
      return this.#refuse(node, `holds an alias to what it stands in ("${node.source}")`);
    }
    this.#count(target.valueCount, node);
    this.#enter(depth + target.height, node);
    return target.value;
  }

  #anchored<V extends ConfigValue>(node: YAMLMap | YAMLSeq | Scalar, { depth }: Place, read: () => V): V {
    if (node.anchor === undefined) {
      return read();
    }
    const valuesBefore = this.#valueCount;
    const deepestBefore = this.#deepest;
    this.#deepest = depth;
    this.#anchors.set(node.anchor, 'being read');
    const value = read();
    const height = this.#deepest - depth;
    this.#deepest = Math.max(this.#deepest, deepestBefore);
    this.#anchors.set(node.anchor, { value, valueCount: this.#valueCount - valuesBefore, height });
    return value;
  }

  #key(node: unknown, siblings: ConfigMap): string {
    const key = isScalar(node) ? keyText(node.value) : undefined;
    if (key === undefined) {
      return this.#refuse(node, 'has a key that is no text');
    }
    if (key === FORBIDDEN_KEY) {
      return this.#refuse(node, `holds the reserved key ${FORBIDDEN_KEY}`);
    }
    if (key === '<<' && isScalar(node) && node.type === 'PLAIN') {
      return this.#refuse(node, 'holds the merge key <<, which YAML 1.2 does not have');
    }
    if (Object.hasOwn(siblings, key)) {
      return this.#refuse(node, `has the key "${key}" twice`);
    }
    return key;
  }

  #recordLine(node: unknown, keyPath: KeyPath | undefined): void {
    const line = this.#lineOf(node);
    if (keyPath !== undefined && line !== undefined) {
      this.lines.set(formatKeyPath(keyPath), line);
    }
  }

  #enter(depth: number, node: unknown): void {
    this.#deepest = Math.max(this.#deepest, depth);
    if (depth > MAX_DEPTH) {
      this.#refuse(node, `is nested deeper than ${MAX_DEPTH} levels`);
    }
  }

  #count(values: number, node: unknown): void {
    this.#valueCount += values;
    if (this.#valueCount > MAX_VALUES) {
      this.#refuse(node, `holds more than ${MAX_VALUES} values`);
    }
  }

  #lineOf(node: unknown): number | undefined {
    const hasRange = isScalar(node) || isAlias(node) || isMap(node) || isSeq(node);
    return hasRange && node.range ? this.#lineCounter.linePos(node.range[0]).line : undefined;
  }

  #refuse(node: unknown, reason: string): never {
    throw new DocumentSyntaxError({ path: this.#path, line: this.#lineOf(node) }, reason);
  }
}

/** Numbers and booleans are keys as they are written in JSON; an absent key is none. */
export function keyText(value: unknown): string | undefined {
  if (typeof value === 'string') {
    return value;
  }
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined;
}
