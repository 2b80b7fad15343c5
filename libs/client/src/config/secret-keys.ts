import {
  type ConfigMap,
  type ConfigValue,
  emptyMap,
  InvalidKeyPathError,
  isConfigList,
  isConfigMap,
  type KeyPath,
  leavesOf,
  parseKeyPath,
} from '@signalbox/layering/keys';

import type { OmittedSecret } from './acceptance.ts';

import { shown } from '../connection/option-checks.ts';
import { hasSecretName, looksSecret } from './secret-look.ts';

/** Stands before a pattern of keys that hold no secret, whatever they are called. */
const EXCEPT = '!';

/**
 * Which keys hold secrets, by patterns: `*` stands for one key, `**` for any number. Who names a map names all in it. What is not named is
 * guessed by its name and its value, but for patterns with `!` before them.
 */
export class SecretKeys {
  readonly #named: readonly KeyPath[];
  readonly #excepted: readonly KeyPath[];

  /**
   * @param marked further patterns, by the schema
   * @throws TypeError for a pattern that is no key
   */
  constructor(patterns: readonly string[], marked: readonly KeyPath[] = []) {
    const excepted = patterns.filter((pattern) => pattern.startsWith(EXCEPT));
    const named = patterns.filter((pattern) => !pattern.startsWith(EXCEPT));
    this.#named = [...named.map(parsePattern), ...marked];
    this.#excepted = excepted.map((pattern) => parsePattern(pattern.slice(EXCEPT.length)));
  }

  /** Whether a pattern names the key, or a map that it stands in. */
  covers(keyPath: KeyPath): boolean {
    return this.#named.some((pattern) => matches(pattern, keyPath));
  }

  /** Whether its value is to be kept out of messages: it is named, or called what secrets are called. */
  mayCover(keyPath: KeyPath): boolean {
    return this.covers(keyPath) || (!this.#excepts(keyPath) && hasSecretName(keyPath));
  }

  /** What is to be kept out of a file that others may read: what is named, and what looks like a secret. */
  in(configuration: ConfigMap): readonly OmittedSecret[] {
    return [...leavesOf(configuration)]
      .filter(({ keyPath, value }) => this.#isSecret(keyPath, value))
      .map(({ keyPath }) => ({ keyPath, isNamed: this.covers(keyPath) }));
  }

  /** A copy without the secrets; a map that this empties stays, but for one that is named. */
  removeFrom(configuration: ConfigMap, above: KeyPath = []): ConfigMap {
    const kept = emptyMap();
    for (const [key, value] of Object.entries(configuration)) {
      const keyPath = [...above, key];
      if (isConfigMap(value) && !this.covers(keyPath)) {
        kept[key] = this.removeFrom(value, keyPath);
      } else if (!this.#isSecret(keyPath, value)) {
        kept[key] = value;
      }
    }
    return kept;
  }

  #isSecret(keyPath: KeyPath, value: ConfigValue): boolean {
    return this.covers(keyPath) || (!this.#excepts(keyPath) && this.#holdsSecret(keyPath, value));
  }

  /** A list is left out as a whole. */
  #holdsSecret(keyPath: KeyPath, value: ConfigValue): boolean {
    if (isConfigList(value)) {
      return value.some((item) => this.#holdsSecret(keyPath, item));
    }
    if (isConfigMap(value)) {
      return Object.entries(value).some(([key, inner]) => this.#isSecret([...keyPath, key], inner));
    }
    return looksSecret(keyPath, value);
  }

  #excepts(keyPath: KeyPath): boolean {
    return this.#excepted.some((pattern) => matches(pattern, keyPath));
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
