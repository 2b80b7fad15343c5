import {
  type ConfigMap,
  type ConfigValue,
  formatKeyPath,
  isConfigList,
  isConfigMap,
  type KeyPath,
  parseKeyPath,
  valueAt,
} from '@signalbox/layering/keys';

import type { SecretKeys } from './secret-keys.ts';

import { type NamesOf, requireNames, requireType } from '../connection/option-checks.ts';
import { ConfigKeyMissingError, ConfigValueError } from '../errors.ts';
import { toBoolean, toInteger, toItems } from './text-values.ts';

/** One key, such as `db.poolSize`, or several that are tried in their order. */
export type ConfigKeys = string | readonly [string, ...string[]];

export interface ListOptions {
  /** What stands between the items of a text. @default ',' */
  readonly separator?: string;
}

/** Reads values of a configuration by their keys. What is absent or null is looked for under the next key. */
export interface ConfigReader {
  /**
   * Text; numbers and booleans as text. Without the key and without a default it throws ConfigKeyMissingError, and
   * ConfigValueError for what is no such value; so do the others. With `null` as the default, absent is null.
   */
  get<F extends string | null = never>(keys: ConfigKeys, fallback?: F): string | F;
  /** A whole number up to 2^53, or text that is one. */
  getInt<F extends number | null = never>(keys: ConfigKeys, fallback?: F): number | F;
  /** A boolean, or `true`, `1`, `yes`, `on`, `false`, `0`, `no`, `off` in any case. */
  getBool<F extends boolean | null = never>(keys: ConfigKeys, fallback?: F): boolean | F;
  /** A list of scalars as text, or text cut at the separator: items are trimmed, and empty ones dropped. */
  getList<F extends readonly string[] | null = never>(
    keys: ConfigKeys,
    fallback?: F,
    options?: ListOptions,
  ): readonly string[] | F;
  /** The same of one group: each key is looked for in `group.key`, then in `key`, which is common to all. */
  group(name: string): ConfigReader;
}

interface Found {
  readonly keyPath: KeyPath;
  readonly value: ConfigValue;
}

const LIST_NAMES: NamesOf<ListOptions> = { separator: true };
const DEFAULT_SEPARATOR = ',';
const MAX_SHOWN_CHARACTERS = 80;

/** Always of the configuration in use: `current` is asked at each call. */
export class ConfigValues implements ConfigReader {
  readonly #current: () => ConfigMap;
  readonly #secrets: SecretKeys;
  readonly #group: KeyPath;

  constructor(current: () => ConfigMap, secrets: SecretKeys, group: KeyPath = []) {
    this.#current = current;
    this.#secrets = secrets;
    this.#group = group;
  }

  get<F extends string | null = never>(keys: ConfigKeys, fallback?: F): string | F {
    return this.#read(keys, fallback, { expected: 'text', from: textOf });
  }

  getInt<F extends number | null = never>(keys: ConfigKeys, fallback?: F): number | F {
    return this.#read(keys, fallback, { expected: 'a whole number', from: (value) => parsed(value, toInteger) });
  }

  getBool<F extends boolean | null = never>(keys: ConfigKeys, fallback?: F): boolean | F {
    const expected = 'true, 1, yes, on, false, 0, no or off';
    return this.#read(keys, fallback, { expected, from: (value) => parsed(value, toBoolean) });
  }

  getList<F extends readonly string[] | null = never>(
    keys: ConfigKeys,
    fallback?: F,
    options: ListOptions = {},
  ): readonly string[] | F {
    requireNames('getList', options, LIST_NAMES);
    const { separator = DEFAULT_SEPARATOR } = options;
    requireType('separator', separator, 'string');
    if (separator === '') {
      throw new RangeError('separator: must have at least 1 character, not ""');
    }
    const expected = `a list, or text with "${separator}" between its items`;
    return this.#read(keys, fallback, { expected, from: (value) => itemsOf(value, separator) });
  }

  group(name: string): ConfigValues {
    return new ConfigValues(this.#current, this.#secrets, parseKeyPath(name));
  }

  #read<V, F>(
    keys: ConfigKeys,
    fallback: F | undefined,
    wanted: { readonly expected: string; from(value: ConfigValue): V | undefined },
  ): V | F {
    const paths = (typeof keys === 'string' ? [keys] : keys).flatMap((key) => this.#places(parseKeyPath(key)));
    const found = this.#find(paths);
    if (found === undefined) {
      if (fallback === undefined) {
        throw new ConfigKeyMissingError(paths.map(formatKeyPath));
      }
      return fallback;
    }
    const value = wanted.from(found.value);
    if (value === undefined) {
      throw new ConfigValueError(formatKeyPath(found.keyPath), wanted.expected, this.#shown(found));
    }
    return value;
  }

  #places(keyPath: KeyPath): readonly KeyPath[] {
    return this.#group.length === 0 ? [keyPath] : [[...this.#group, ...keyPath], keyPath];
  }

  #find(paths: readonly KeyPath[]): Found | undefined {
    const configuration = this.#current();
    for (const keyPath of paths) {
      const value = valueAt(configuration, keyPath);
      if (value !== undefined && value !== null) {
        return { keyPath, value };
      }
    }
    return undefined;
  }

  #shown({ keyPath, value }: Found): string {
    const json = JSON.stringify(value);
    if (isConfigMap(value)) {
      return 'a map';
    }
    // A list may hold maps with secrets of their own; an address may hold a password.
    if (this.#secrets.mayCover(keyPath) || isConfigList(value) || json.includes('://')) {
      return `${isConfigList(value) ? 'a list' : 'a value'} that may hold a secret`;
    }
    return json.length > MAX_SHOWN_CHARACTERS ? `${json.slice(0, MAX_SHOWN_CHARACTERS)}…` : json;
  }
}

function textOf(value: ConfigValue): string | undefined {
  return value === null || isConfigMap(value) || isConfigList(value) ? undefined : String(value);
}

function parsed<V>(value: ConfigValue, parse: (text: string) => V | undefined): V | undefined {
  const text = textOf(value);
  return text === undefined ? undefined : parse(text);
}

function itemsOf(value: ConfigValue, separator: string): readonly string[] | undefined {
  if (!isConfigList(value)) {
    return parsed(value, (text) => toItems(text, separator));
  }
  const items = value.map(textOf);
  return items.every((item) => item !== undefined) ? items : undefined;
}
