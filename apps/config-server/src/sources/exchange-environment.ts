import { basename, dirname } from 'node:path';

import type { ExchangeRequest } from '../editing/repository-exchange.ts';

export interface ExchangePlace {
  /** The bare repository. */
  readonly directory: string;
  readonly hooksFolder: string;
  /** Largest pack in bytes that is taken. */
  readonly maxInputBytes: number;
}

/**
 * What `git http-backend` is told (RFC 3875 section 4.1): nothing but the program and the protocol comes from the client, and the
 * configuration stands above any that the repository has.
 */
export function exchangeEnvironment(
  { program, body, protocol }: ExchangeRequest,
  { directory, hooksFolder, maxInputBytes }: ExchangePlace,
): Readonly<Record<string, string>> {
  return {
    GIT_PROJECT_ROOT: dirname(directory),
    GIT_HTTP_EXPORT_ALL: '1',
    ...(body === undefined
      ? {
          REQUEST_METHOD: 'GET',
          PATH_INFO: `/${basename(directory)}/info/refs`,
          QUERY_STRING: `service=${program}`,
        }
      : {
          REQUEST_METHOD: 'POST',
          PATH_INFO: `/${basename(directory)}/${program}`,
          CONTENT_TYPE: `application/x-${program}-request`,
        }),
    ...(protocol !== undefined && { GIT_PROTOCOL: protocol }),
    ...asVariables({
      'core.hooksPath': hooksFolder,
      // Larger blobs are streamed and not held in memory.
      'core.bigFileThreshold': '1m',
      'core.packedGitLimit': '256m',
      'core.packedGitWindowSize': '16m',
      'http.getanyfile': 'false',
      // Whoever asks for it was allowed to before it comes to this.
      'http.receivepack': String(program === 'git-receive-pack'),
      'pack.threads': '1',
      'pack.windowMemory': '64m',
      'receive.advertisePushOptions': 'false',
      'receive.fsckObjects': 'true',
      'receive.maxInputSize': String(maxInputBytes),
      'receive.shallowUpdate': 'false',
      // What the server remembers about its pairs is for itself.
      'transfer.hideRefs': 'refs/signalbox',
      // Within the exchange, and not behind it in a process that nobody ends.
      'gc.autoDetach': 'false',
      'maintenance.autoDetach': 'false',
    }),
  };
}

function asVariables(configuration: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const entries = Object.entries(configuration);
  return {
    GIT_CONFIG_COUNT: String(entries.length),
    ...Object.fromEntries(
      entries.flatMap(([key, value], index) => [
        [`GIT_CONFIG_KEY_${index}`, key],
        [`GIT_CONFIG_VALUE_${index}`, value],
      ]),
    ),
  };
}
