import {
  type ConfigMap,
  emptyMap,
  formatKeyPath,
  InvalidKeyPathError,
  isConfigMap,
  isSecretName,
  type KeyPath,
  leavesOf,
  parseKeyPath,
} from '@signalbox/layering/keys';

import { shown } from '../connection/option-checks.ts';

/** Which keys hold secrets, by patterns: `*` stands for one key, `**` for any number. Who names a map names all in it. */
export class SecretKeys {
  readonly #patterns: readonly KeyPath[];

  /** @throws TypeError for a pattern that is no key */
  constructor(patterns: readonly string[]) {
    this.#patterns = patterns.map(parsePattern);
  }

  /** Whether a pattern names the key, or a map that it stands in. */
  covers(keyPath: KeyPath): boolean {
    return this.#patterns.some((pattern) => matches(pattern, keyPath));
  }

  /** Whether its value is to be kept out of messages: it is named, or called what secrets are called. */
  mayCover(keyPath: KeyPath): boolean {
    return this.covers(keyPath) || keyPath.some((key) => isSecretName(key));
  }

  /** Formatted key paths of the secrets that the configuration holds. */
  in(configuration: ConfigMap): readonly string[] {
    return [...leavesOf(configuration)]
      .filter(({ keyPath }) => this.covers(keyPath))
      .map(({ keyPath }) => formatKeyPath(keyPath));
  }

  /** A copy without the secrets; a map that this empties stays. */
  removeFrom(configuration: ConfigMap, above: KeyPath = []): ConfigMap {
    const kept = emptyMap();
    for (const [key, value] of Object.entries(configuration)) {
      const keyPath = [...above, key];
      if (!this.covers(keyPath)) {
        kept[key] = isConfigMap(value) ? this.removeFrom(value, keyPath) : value;
      }
    }
    return kept;
  }
}

function parsePattern(pattern: string): KeyPath {
  try {
    return parseKeyPath(pattern);
  } catch (error) {
    throw error instanceof InvalidKeyPathError
      ? new TypeError(
          `secretKeys: must be keys such as db.password or **.password, not ${shown(pattern)}: ${error.message}`,
          { cause: error },
        )
      : error;
  }
}

function matches([first, ...pattern]: KeyPath, keyPath: KeyPath): boolean {
  if (first === undefined) {
    return true;
  }
  if (first === '**') {
    return keyPath.some((_, skipped) => matches(pattern, keyPath.slice(skipped)));
  }
  const [key, ...below] = keyPath;
  return key !== undefined && (first === '*' || first === key) && matches(pattern, below);
}
