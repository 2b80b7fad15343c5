import type { Document } from '../documents/document.ts';
import type { Tree } from './tree.ts';

import { type ConfigValue, isConfigList, isConfigMap } from '../documents/config-value.ts';
import { type KeyPath, parseKeyPath } from '../documents/key-path.ts';
import { MAX_DEPTH } from '../documents/limits.ts';
import { DocumentSyntaxError, InvalidKeyPathError } from '../errors.ts';
import { DESCRIPTION, pathsAt } from './places.ts';

/** The folder whose documents are below those of every service. */
export const COMMON = 'common';

/** A folder that a service shares with others. */
export interface Import {
  readonly group: string;
  readonly prefix?: KeyPath;
  /** Where it is said. */
  readonly description: Document;
}

/**
 * In the order of the service's description, which is that of precedence, lowest first.
 *
 * @throws DocumentSyntaxError
 */
export function importsOf(tree: Tree, service: string): readonly Import[] {
  const description = pathsAt({ folder: service, stem: DESCRIPTION })
    .filter((path) => tree.paths.has(path))
    .map((path) => tree.document(path))
    .findLast((document) => document.root['imports'] !== undefined);
  return description === undefined ? [] : readImports(description, service);
}

/** @throws DocumentSyntaxError, naming the line of the imports */
export function refuseImport(description: Document, reason: string, cause?: unknown): never {
  const line = description.lineOf(['imports']);
  throw new DocumentSyntaxError({ path: description.path, line }, reason, cause);
}

function readImports(description: Document, service: string): readonly Import[] {
  const imports = description.root['imports'];
  if (!isConfigList(imports)) {
    return refuseImport(description, 'imports must be a list of groups');
  }
  return imports.map((item) => {
    const { group, prefix } = fieldsOf(description, item);
    if (group === COMMON || group === service) {
      return refuseImport(description, `imports "${group}", which is there without it`);
    }
    return { group, description, ...(prefix !== undefined && { prefix: readPrefix(description, prefix) }) };
  });
}

function fieldsOf(description: Document, item: ConfigValue): { group: string; prefix?: string } {
  if (typeof item === 'string') {
    return { group: item };
  }
  const { group, prefix, ...others } = isConfigMap(item) ? item : {};
  if (typeof group !== 'string' || Object.keys(others).length > 0) {
    return refuseImport(description, 'an import must be the name of a group, or a map of group and prefix');
  }
  if (prefix === undefined) {
    return { group };
  }
  return typeof prefix === 'string' ? { group, prefix } : refuseImport(description, 'a prefix must be a key');
}

function readPrefix(description: Document, prefix: string): KeyPath {
  try {
    const keyPath = parseKeyPath(prefix);
    return keyPath.length <= MAX_DEPTH ? keyPath : refuseImport(description, 'the prefix has too many keys');
  } catch (error) {
    if (error instanceof InvalidKeyPathError) {
      return refuseImport(description, `the prefix is no key: ${error.message}`, error);
    }
    throw error;
  }
}
