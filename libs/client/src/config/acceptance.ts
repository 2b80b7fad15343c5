import type * as z from 'zod';

import { formatKeyPath, type KeyPath } from '@signalbox/layering/keys';

import type { EnvironmentVariables, Overridden } from './environment-variables.ts';
import type { AcceptedConfiguration, ServedConfiguration } from './served-configuration.ts';

import { describeIssues } from '../connection/wire-message.ts';
import { ConfigInvalidError, SecretsMissingError } from '../errors.ts';
import { parseTypingText } from './typed-text.ts';

/** A key whose value a cache file does not have. */
export interface OmittedSecret {
  readonly keyPath: KeyPath;
  /** Whether somebody said that it is a secret; else it looked like one. */
  readonly isNamed: boolean;
}

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
   * environment variable gives what was left out: what was named, or what the schema does without.
   *
   * @param omitted secrets that the configuration had, and that environment variables have to give
   */
  async accept(served: ServedConfiguration, omitted: readonly OmittedSecret[] = []): Promise<AcceptedConfiguration<T>> {
    const overridden = this.#override(
      served,
      omitted.map(({ keyPath }) => keyPath),
    );
    const { variables } = overridden;
    const missing = missingAmong(omitted, variables);
    if (missing.some(({ isNamed }) => isNamed)) {
      throw this.#lackOf(missing);
    }
    try {
      const { value, configuration } = await this.#parse(served, overridden);
      return { ...served, served: served.configuration, configuration, variables, value };
    } catch (error) {
      throw error instanceof ConfigInvalidError && missing.length > 0 ? this.#lackOf(missing, error) : error;
    }
  }

  /** What is missing of a configuration from which these were left out; undefined where nothing is. */
  lackIn({ variables }: AcceptedConfiguration<T>, omitted: readonly OmittedSecret[]): SecretsMissingError | undefined {
    const missing = missingAmong(omitted, variables);
    return missing.length === 0 ? undefined : this.#lackOf(missing);
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

  #lackOf(missing: readonly OmittedSecret[], refusal?: ConfigInvalidError): SecretsMissingError {
    const keyPaths = missing.map(({ keyPath }) => keyPath);
    const names = keyPaths.map((keyPath) => this.#variables?.nameOf(keyPath)).filter((name) => name !== undefined);
    return new SecretsMissingError(keyPaths.map(formatKeyPath), names, refusal);
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

function missingAmong(omitted: readonly OmittedSecret[], given: ReadonlyMap<string, string>): readonly OmittedSecret[] {
  return omitted.filter(({ keyPath }) => !given.has(formatKeyPath(keyPath)));
}
