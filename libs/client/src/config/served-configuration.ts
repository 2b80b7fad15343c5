import type { ConfigMap, KeyPath } from '@signalbox/layering/keys';

import { Configuration } from '@signalbox/schemas';

import type { ApiAnswer } from '../connection/http-api.ts';
import type { ConfigServers } from './config-servers.ts';

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

/** What the server has; without the content where that is known, or too large to be sent unasked. */
export interface Offer {
  readonly version: string;
  readonly etag: string;
  readonly configuration?: ConfigMap | undefined;
}

/** What became of a configuration that the server offered. */
export type Verdict =
  | { readonly type: 'applied'; readonly etag: string }
  | { readonly type: 'rejected'; readonly etag: string; readonly reason: string };

export interface OfferQuery {
  /** Etags: of one of these the content is not wanted. */
  readonly known: readonly string[];
  /** How long the server may wait for another than the known ones. */
  readonly waitMs: number;
  readonly instanceId: string | undefined;
  readonly signal: AbortSignal;
}

export function pathOf({ service, environment }: ConfigPair): string {
  return `config/${encodeURIComponent(service)}/${encodeURIComponent(environment)}`;
}

export async function fetchConfiguration(
  servers: ConfigServers,
  pair: ConfigPair,
  signal: AbortSignal,
): Promise<ServedConfiguration> {
  return withContent(await servers.request({ method: 'GET', path: pathOf(pair) }, signal));
}

/** Waits for another configuration than the known ones; then, or when the wait is over, what the server has. */
export async function fetchOffer(servers: ConfigServers, pair: ConfigPair, query: OfferQuery): Promise<Offer> {
  const { known, waitMs, instanceId, signal } = query;
  const parameters = new URLSearchParams({ wait: `${waitMs}ms`, ...(instanceId !== undefined && { instanceId }) });
  const headers = { 'if-none-match': known.map((etag) => `"${etag}"`).join(', ') };
  const path = `${pathOf(pair)}?${parameters.toString()}`;
  const answer = await servers.request({ method: 'GET', path, headers, waitMs }, signal);
  return answer.body === undefined ? offerOf(answer) : withContent(answer);
}

function withContent(answer: ApiAnswer): ServedConfiguration {
  try {
    return { ...offerOf(answer), configuration: parseWire(Configuration, answer.body) };
  } catch (error) {
    throw error instanceof UnexpectedAnswerError ? error : new UnexpectedAnswerError(answer.url, error);
  }
}

/** The server's ETag is a strong one; a proxy that compresses makes it weak (RFC 9110 section 8.8.1). */
function offerOf({ url, headers }: ApiAnswer): Offer {
  const etag = /^(?:W\/)?"(.+)"$/.exec(headers.get('etag') ?? '')?.[1];
  const version = headers.get('signalbox-version');
  if (etag === undefined || version === null) {
    throw new UnexpectedAnswerError(url, 'no ETag or Signalbox-Version header');
  }
  return { version, etag };
}
