import { env } from 'node:process';

import { type ConfigMap, dotenvName, formatKeyPath, type KeyPath, leavesOf, withValue } from '@signalbox/layering/keys';

import { type NamesOf, requireNames, requireType, shown } from '../connection/option-checks.ts';

export interface EnvironmentVariableOptions {
  /** What the names of the variables begin with: with `ORDERS_`, `ORDERS_DB_POOL_SIZE` is `db.poolSize`. */
  readonly prefix: string;
  /** @default those of the process */
  readonly variables?: Readonly<Record<string, string | undefined>>;
}

const NAMES: NamesOf<EnvironmentVariableOptions> = { prefix: true, variables: true };

interface Override {
  readonly keyPath: KeyPath;
  readonly variable: string;
  readonly text: string;
}

/** A configuration with environment variables laid over it. */
export interface Overridden {
  readonly configuration: ConfigMap;
  /** Name of the variable by formatted key path. */
  readonly variables: ReadonlyMap<string, string>;
}

/** Environment variables that stand for keys: looked up by the keys there are, as a name does not tell where words end. */
export class EnvironmentVariables {
  readonly #prefix: string;
  readonly #variables: Readonly<Record<string, string | undefined>>;
  readonly #keys: readonly KeyPath[];

  /**
   * Throws a TypeError or RangeError that names the option.
   *
   * @param keys that may be set though a configuration does not have them
   */
  constructor(options: EnvironmentVariableOptions, keys: readonly KeyPath[]) {
    requireNames('environmentVariables', options, NAMES);
    const { prefix, variables = env } = options;
    requireType('environmentVariables.prefix', prefix, 'string');
    requireType('environmentVariables.variables', variables, 'object');
    if (!/^[A-Za-z_]\w*$/.test(prefix)) {
      throw new RangeError(
        `environmentVariables.prefix: must be letters, digits and underscores, at least 1, not ${shown(prefix)}`,
      );
    }
    this.#prefix = prefix;
    this.#variables = variables;
    this.#keys = keys;
  }

  nameOf(keyPath: KeyPath): string {
    return `${this.#prefix}${dotenvName(keyPath)}`;
  }

  /** Throws an Error that names the variable where one stands for two keys. */
  over(configuration: ConfigMap, furtherKeys: readonly KeyPath[]): Overridden {
    const leaves = [...leavesOf(configuration)].map(({ keyPath }) => keyPath);
    const overrides = this.#find([...leaves, ...this.#keys, ...furtherKeys]);
    return {
      configuration: overrides.reduce((map, { keyPath, text }) => withValue(map, keyPath, text), configuration),
      variables: new Map(overrides.map(({ keyPath, variable }) => [formatKeyPath(keyPath), variable])),
    };
  }

  #find(keyPaths: readonly KeyPath[]): readonly Override[] {
    const byVariable = new Map<string, Override>();
    for (const keyPath of keyPaths) {
      const variable = this.nameOf(keyPath);
      const text = this.#variables[variable];
      const other = byVariable.get(variable);
      if (other !== undefined && formatKeyPath(other.keyPath) !== formatKeyPath(keyPath)) {
        throw new Error(`${variable} may mean ${formatKeyPath(other.keyPath)} or ${formatKeyPath(keyPath)}`);
      }
      if (text !== undefined) {
        byVariable.set(variable, { keyPath, variable, text });
      }
    }
    return [...byVariable.values()];
  }
}
