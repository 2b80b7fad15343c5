import type * as z from 'zod';

import { formatKeyPath, type KeyPath, valueAt } from '@signalbox/layering/keys';

import type { EnvironmentVariables, Overridden } from './environment-variables.ts';
import type { AcceptedConfiguration, ServedConfiguration } from './served-configuration.ts';

import { describeIssues } from '../connection/wire-message.ts';
import { ConfigInvalidError, SecretsMissingError } from '../errors.ts';
import { parseTypingText } from './typed-text.ts';

/** What a configuration has to pass before it is used: environment variables are laid over it, and the schema takes it. */
export class Acceptance<T> {
  readonly #schema: z.ZodType<T>;
  readonly #variables: EnvironmentVariables | undefined;

  constructor(schema: z.ZodType<T>, variables: EnvironmentVariables | undefined) {
    this.#schema = schema;
    this.#variables = variables;
  }

  /**
   * Rejects with ConfigInvalidError where the schema refuses it, or throws; with SecretsMissingError where no
   * environment variable gives what was left out.
   *
   * @param omitted keys of secrets that the configuration had, and that environment variables have to give
   */
  async accept(served: ServedConfiguration, omitted: readonly KeyPath[] = []): Promise<AcceptedConfiguration<T>> {
    const overridden = this.#override(served, omitted);
    this.#assertComplete(overridden, omitted);
    const { value, configuration } = await this.#parse(served, overridden);
    return { ...served, served: served.configuration, configuration, variables: overridden.variables, value };
  }

  #override({ etag, configuration }: ServedConfiguration, omitted: readonly KeyPath[]): Overridden {
    if (this.#variables === undefined) {
      return { configuration, variables: new Map() };
    }
    try {
      return this.#variables.over(configuration, omitted);
    } catch (error) {
      throw new ConfigInvalidError(etag, error instanceof Error ? error.message : String(error), error);
    }
  }

  #assertComplete({ configuration }: Overridden, omitted: readonly KeyPath[]): void {
    const missing = omitted.filter((keyPath) => valueAt(configuration, keyPath) === undefined);
    if (missing.length > 0) {
      const names = missing.map((keyPath) => this.#variables?.nameOf(keyPath)).filter((name) => name !== undefined);
      throw new SecretsMissingError(missing.map(formatKeyPath), names);
    }
  }

  async #parse({ etag, isText }: ServedConfiguration, { configuration, variables }: Overridden) {
    const mayBeText = (keyPath: KeyPath) => variables.has(formatKeyPath(keyPath)) || isText?.(keyPath) === true;
    try {
      const typed = await parseTypingText(this.#schema, configuration, mayBeText);
      if (!typed.parsed.success) {
        const { error } = typed.parsed;
        throw new ConfigInvalidError(etag, describeIssues(error, typed.configuration), error);
      }
      return { value: typed.parsed.data, configuration: typed.configuration };
    } catch (error) {
      throw error instanceof ConfigInvalidError
        ? error
        : new ConfigInvalidError(etag, 'a transform or refinement of the schema threw', error);
    }
  }
}
