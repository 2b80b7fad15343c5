import { isMap, isNode, isScalar, type Node, type Pair, visit, YAMLMap, type Document as YamlSource } from 'yaml';

import type { KeyPath } from './key-path.ts';

import { type ConfigValue, isConfigList, isConfigMap } from './config-value.ts';
import { keyText } from './yaml-node-reader.ts';

/** Sets the value at the end of the path, in place: what stands around it stays as it is. */
export function setNode(source: YamlSource, keyPath: KeyPath, value: ConfigValue): void {
  const root = rootMap(source);
  const map = keyPath.slice(0, -1).reduce((outer, key) => innerMap(source, outer, key), root);
  const key = keyPath.at(-1) ?? '';
  const pair = pairOf(map, key);
  if (pair === undefined) {
    append(source, map, { key, node: toNode(source, value) });
  } else if (isScalar(pair.value) && pair.value.tag === undefined && !isConfigMap(value) && !isConfigList(value)) {
    // Kept for its comments and quotes. Its tag would change what is written into it.
    pair.value.value = value;
  } else {
    pair.value = withComments(toNode(source, value), pair.value);
  }
  quoteMergeKeys(root);
}

/** Removes the key at the end of the path, and each map that this leaves empty. */
export function unsetNode(source: YamlSource, keyPath: KeyPath): void {
  removeFrom(rootMap(source), keyPath);
}

function removeFrom(map: YAMLMap, [key = '', ...rest]: KeyPath): void {
  const pair = pairOf(map, key);
  if (pair === undefined || (rest.length > 0 && !holdsKeys(pair.value))) {
    return;
  }
  if (rest.length > 0 && isMap(pair.value)) {
    removeFrom(pair.value, rest);
  }
  if (rest.length === 0 || !holdsKeys(pair.value)) {
    map.items.splice(map.items.indexOf(pair), 1);
  }
}

function holdsKeys(node: unknown): boolean {
  return isMap(node) && node.items.length > 0;
}

function rootMap(source: YamlSource): YAMLMap {
  if (!isMap(source.contents)) {
    const map = new YAMLMap(source.schema);
    withComments(map, source.contents);
    source.contents = map;
    return map;
  }
  return source.contents;
}

function innerMap(source: YamlSource, outer: YAMLMap, key: string): YAMLMap {
  const pair = pairOf(outer, key);
  if (pair !== undefined && isMap(pair.value)) {
    return pair.value;
  }
  const inner = new YAMLMap(source.schema);
  if (pair === undefined) {
    append(source, outer, { key, node: inner });
  } else {
    pair.value = withComments(inner, pair.value);
  }
  return inner;
}

function append(source: YamlSource, map: YAMLMap, { key, node }: { key: string; node: Node }): void {
  if (map.items.length === 0) {
    // An empty map has to be written {}, which says nothing of how its keys should be.
    map.flow = false;
  }
  map.add(source.createPair(key, node));
}

function pairOf(map: YAMLMap, key: string): Pair | undefined {
  return map.items.find((pair) => isScalar(pair.key) && keyText(pair.key.value) === key);
}

function toNode(source: YamlSource, value: ConfigValue): Node {
  return source.createNode(value, { aliasDuplicateObjects: false });
}

/** Without quotes, such a key would mean a merge to readers of YAML 1.1, and is refused here. */
function quoteMergeKeys(map: YAMLMap): void {
  visit(map, {
    Pair: (_, { key }) => {
      if (isScalar(key) && key.value === '<<') {
        key.type = 'QUOTE_DOUBLE';
      }
    },
  });
}

function withComments<N extends Node>(node: N, replaced: unknown): N {
  if (isNode(replaced)) {
    node.comment = replaced.comment ?? null;
    node.commentBefore = replaced.commentBefore ?? null;
  }
  return node;
}
