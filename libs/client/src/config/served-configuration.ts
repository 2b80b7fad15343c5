import type * as z from 'zod';

import type { ConfigMap } from '@signalbox/layering/keys';

import { Configuration } from '@signalbox/schemas';

import type { HttpApi } from '../connection/http-api.ts';

import { describeIssues, parseWire } from '../connection/wire-message.ts';
import { ConfigInvalidError, UnexpectedAnswerError } from '../errors.ts';

export interface ConfigPair {
  readonly service: string;
  readonly environment: string;
}

/** An effective configuration as the server gave it. */
export interface ServedConfiguration {
  readonly version: string;
  readonly etag: string;
  readonly configuration: ConfigMap;
}

/** One that the schema took; `value` is what the schema made of it. */
export interface AcceptedConfiguration<T> extends ServedConfiguration {
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

/** Rejects with ConfigInvalidError where the schema refuses it, or throws. */
export async function accept<T>(schema: z.ZodType<T>, served: ServedConfiguration): Promise<AcceptedConfiguration<T>> {
  const parsed = await parse(schema, served);
  if (!parsed.success) {
    throw new ConfigInvalidError(served.etag, describeIssues(parsed.error, served.configuration), parsed.error);
  }
  return { ...served, value: parsed.data };
}

async function parse<T>(schema: z.ZodType<T>, { etag, configuration }: ServedConfiguration) {
  try {
    return await schema.safeParseAsync(configuration);
  } catch (error) {
    throw new ConfigInvalidError(etag, 'a transform or refinement of the schema threw', error);
  }
}
