import type { ProblemListener } from '../connection/problem-listener.ts';
import type { Acceptance } from './acceptance.ts';
import type { CacheFile } from './cache-file.ts';
import type { ConfigOrigin, ConfigSource } from './config-options.ts';
import type { AcceptedConfiguration, ServedConfiguration } from './served-configuration.ts';

import { ConfigInvalidError, ConfigUnavailableError, SignalboxError } from '../errors.ts';

export interface StartingConfiguration<T> {
  readonly accepted: AcceptedConfiguration<T>;
  readonly source: ConfigSource;
}

export interface StartOptions<T> {
  /** For the message of a failure. */
  readonly place: string;
  readonly origin: ConfigOrigin;
  readonly acceptance: Acceptance<T>;
  readonly cache: CacheFile | undefined;
  readonly report: ProblemListener;
  fetch(): Promise<ServedConfiguration>;
}

/**
 * What to start with: the server's configuration; the cache file's where the server is away, is in trouble, or serves
 * what the schema refuses. What the file is without, and the schema does without, is reported. A refusal for good (no such service, no right to it) is no reason to use the cache.
 */
export async function startingConfiguration<T>(options: StartOptions<T>): Promise<StartingConfiguration<T>> {
  const { acceptance, origin } = options;
  try {
    return { accepted: await acceptance.accept(await options.fetch()), source: origin };
  } catch (error) {
    if (!(error instanceof SignalboxError && (error.retryable || error instanceof ConfigInvalidError))) {
      throw error;
    }
    const accepted = await fromCache(options, error);
    return { accepted, source: 'cache' };
  }
}

async function fromCache<T>(
  { place, acceptance, cache, report }: StartOptions<T>,
  serverFailure: SignalboxError,
): Promise<AcceptedConfiguration<T>> {
  if (cache === undefined) {
    throw toStartFailure(place, serverFailure, undefined);
  }
  try {
    const { omitted, ...cached } = await cache.read();
    const accepted = await acceptance.accept(cached, omitted);
    const lack = acceptance.lackIn(accepted, omitted);
    [serverFailure, ...(lack === undefined ? [] : [lack])].forEach(report);
    return accepted;
  } catch (error) {
    throw error instanceof SignalboxError ? toStartFailure(place, serverFailure, error) : error;
  }
}

function toStartFailure(place: string, serverFailure: SignalboxError, cacheFailure: SignalboxError | undefined) {
  return serverFailure instanceof ConfigInvalidError
    ? serverFailure
    : new ConfigUnavailableError(place, serverFailure, cacheFailure);
}
