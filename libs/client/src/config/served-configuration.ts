import type { ConfigMap, KeyPath } from '@signalbox/layering/keys';

import { Configuration } from '@signalbox/schemas';

import type { HttpApi } from '../connection/http-api.ts';

import { parseWire } from '../connection/wire-message.ts';
import { UnexpectedAnswerError } from '../errors.ts';

export interface ConfigPair {
  readonly service: string;
  readonly environment: string;
}

/** An effective configuration as the server gave it. */
export interface ServedConfiguration {
  readonly version: string;
  readonly etag: string;
  readonly configuration: ConfigMap;
  /** Whether a value is text for want of a type, so that the schema says what it means. Absent: none is. */
  readonly isText?: (keyPath: KeyPath) => boolean;
}

/** One that the schema took. Its `configuration` has environment variables laid over what was served. */
export interface AcceptedConfiguration<T> extends ServedConfiguration {
  readonly served: ConfigMap;
  /** Names of the variables that override keys, by formatted key path. */
  readonly variables: ReadonlyMap<string, string>;
  /** What the schema made of it. */
  readonly value: T;
}

/** The server's ETag is a strong one; a proxy that compresses makes it weak (RFC 9110 section 8.8.1). */
export async function fetchConfiguration(
  api: HttpApi,
  { service, environment }: ConfigPair,
  signal?: AbortSignal,
): Promise<ServedConfiguration> {
  const path = `config/${encodeURIComponent(service)}/${encodeURIComponent(environment)}`;
  const { url, headers, body } = await api.request({ method: 'GET', path }, signal);
  const etag = /^(?:W\/)?"(.+)"$/.exec(headers.get('etag') ?? '')?.[1];
  const version = headers.get('signalbox-version');
  if (etag === undefined || version === null) {
    throw new UnexpectedAnswerError(url, 'no ETag or Signalbox-Version header');
  }
  try {
    return { version, etag, configuration: parseWire(Configuration, body) };
  } catch (error) {
    throw new UnexpectedAnswerError(url, error);
  }
}
