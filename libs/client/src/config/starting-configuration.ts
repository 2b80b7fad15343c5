import type { HttpApi } from '../connection/http-api.ts';
import type { ProblemListener } from '../connection/problem-listener.ts';
import type { ConfigSettings, ConfigSource } from './config-options.ts';

import { CacheFileError, ConfigInvalidError, ConfigUnavailableError, SignalboxError } from '../errors.ts';
import { readCacheFile } from './cache-file.ts';
import { accept, type AcceptedConfiguration, type ConfigPair, fetchConfiguration } from './served-configuration.ts';

export interface StartingConfiguration<T> {
  readonly accepted: AcceptedConfiguration<T>;
  readonly source: ConfigSource;
}

/**
 * What to start with: the server's configuration; the cache file's where the server is away, is in trouble, or serves
 * what the schema refuses. A refusal for good (no such service, no right to it) is no reason to use the cache.
 */
export async function startingConfiguration<T>(
  settings: ConfigSettings<T>,
  api: HttpApi,
  { report, signal }: { readonly report: ProblemListener; readonly signal: AbortSignal },
): Promise<StartingConfiguration<T>> {
  const pair = { service: settings.service, environment: settings.env };
  try {
    return { accepted: await accept(settings.schema, await fetchConfiguration(api, pair, signal)), source: 'server' };
  } catch (error) {
    if (!(error instanceof SignalboxError && (error.retryable || error instanceof ConfigInvalidError))) {
      throw error;
    }
    const accepted = await fromCache(settings, pair, error);
    report(error);
    return { accepted, source: 'cache' };
  }
}

async function fromCache<T>(
  { schema, cacheFile, url }: ConfigSettings<T>,
  pair: ConfigPair,
  serverFailure: SignalboxError,
): Promise<AcceptedConfiguration<T>> {
  if (cacheFile === undefined) {
    throw toStartFailure(url, serverFailure, undefined);
  }
  try {
    return await accept(schema, await readCacheFile(cacheFile, pair));
  } catch (error) {
    if (error instanceof CacheFileError || error instanceof ConfigInvalidError) {
      throw toStartFailure(url, serverFailure, error);
    }
    throw error;
  }
}

function toStartFailure(url: string, serverFailure: SignalboxError, cacheFailure: SignalboxError | undefined) {
  return serverFailure instanceof ConfigInvalidError
    ? serverFailure
    : new ConfigUnavailableError(url, serverFailure, cacheFailure);
}
