import type { ConfigMap } from './config-value.ts';

import { formatKeyPath, type KeyPath } from './key-path.ts';

/** One file of configuration, parsed. Immutable, so that it can be shared by every commit that holds its blob. */
export interface Document {
  readonly path: string;
  /** False for formats that know only text (properties, env): a schema says what their values are. */
  readonly typed: boolean;
  readonly root: ConfigMap;
  /** 1-based. For a key without a line of its own (behind a YAML alias) that of the nearest key above it. */
  lineOf(keyPath: KeyPath): number | undefined;
}

/** @param lines by formatted key path */
export function lineFinder(lines: ReadonlyMap<string, number>): Document['lineOf'] {
  return (keyPath) => {
    for (let length = keyPath.length; length > 0; length--) {
      const line = lines.get(formatKeyPath(keyPath.slice(0, length)));
      if (line !== undefined) {
        return line;
      }
    }
    return undefined;
  };
}

/** 1-based. */
export function lineAt(text: string, offset: number): number {
  let line = 1;
  for (let end = text.indexOf('\n'); end !== -1 && end < offset; end = text.indexOf('\n', end + 1)) {
    line++;
  }
  return line;
}
