import type { FastifyReply, FastifyRequest } from 'fastify';

import * as z from 'zod';

import type { Pair } from '@signalbox/layering';

import {
  ConfigExplanation,
  ConfigReadQuery,
  Configuration,
  EnvironmentName,
  Problem,
  ServiceName,
} from '@signalbox/schemas';
import { authorize, type ServiceHttp } from '@signalbox/service-runtime';

import type { ConfigurationReader } from '../refresh/configuration-reader.ts';
import type { ExplainedKey, ExplainedValue, Explainer } from '../refresh/explainer.ts';
import type { LongPolls } from '../refresh/long-polls.ts';
import type { Served } from '../refresh/pair-state.ts';
import type { PolledInstances } from '../refresh/polled-instances.ts';

import { toJson } from '../json-value.ts';
import { firstOf, isNamedBy } from './if-none-match.ts';
import { readable } from './readable.ts';
import { render } from './rendering.ts';

export interface ReadRoutesOptions {
  readonly reader: ConfigurationReader;
  readonly explainer: Explainer;
  readonly defaultLabel: string;
  readonly longPolls: LongPolls;
  readonly polledInstances: PolledInstances;
}

export const ReadPath = z.object({ service: ServiceName, environment: EnvironmentName });

/** `GET /config/{service}/{environment}`. With the default label and no explanation it is answered from memory. */
export function addReadRoutes(http: ServiceHttp, options: ReadRoutesOptions): void {
  const { reader } = options;
  http.get(
    '/config/:service/:environment',
    {
      schema: {
        summary: 'Effective configuration of a service in an environment',
        tags: ['configuration'],
        params: ReadPath,
        querystring: ConfigReadQuery,
        response: { 200: z.union([Configuration, ConfigExplanation]), 404: Problem, 503: Problem },
      },
    },
    (request, reply) => {
      const { params: pair, query } = request;
      authorize(request, 'read', pair);
      if (query.wait !== undefined) {
        return sendAwaited({ request, reply, pair, query }, options);
      }
      if (query.label === undefined && !query.explain) {
        // Answers neither a promise nor the reply, which Fastify would wait for as for one.
        sendConfiguration({ request, reply, format: query.format }, reader.current(pair));
        return;
      }
      return sendLooked({ request, reply, pair, query }, options);
    },
  );
}

interface Looking {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly pair: Pair;
  readonly query: ConfigReadQuery;
}

/** What has to be looked for: another label, or where the values come from. */
async function sendLooked(
  { request, reply, pair, query }: Looking,
  { reader, explainer, defaultLabel }: ReadRoutesOptions,
): Promise<void> {
  const served = query.label === undefined ? reader.current(pair) : await reader.at(query.label, pair);
  if (!query.explain) {
    sendConfiguration({ request, reply, format: query.format }, served);
    return;
  }
  const keys = await explainer.explain(served);
  void readable(reply).send(toExplanation(served, query.label ?? defaultLabel, keys));
}

/** At once to whoever has something else; to whoever has it already, once it changes or the time is over. */
async function sendAwaited(
  { request, reply, pair, query }: Looking,
  { reader, longPolls, polledInstances }: ReadRoutesOptions,
): Promise<void> {
  const { format, instanceId, wait = 0 } = query;
  const known = request.headers['if-none-match'];
  if (instanceId !== undefined) {
    polledInstances.poll({ ...pair, instanceId }, firstOf(known));
  }
  if (isNamedBy(known, render(reader.current(pair), format).entityTag)) {
    await longPolls.forChange(pair, wait, whenGone(reply));
  }
  sendConfiguration({ request, reply, format }, reader.current(pair));
}

/** Aborted when the connection is gone before the answer. */
function whenGone(reply: FastifyReply): AbortSignal {
  const gone = new AbortController();
  reply.raw.once('close', () => {
    gone.abort();
  });
  return gone.signal;
}

function sendConfiguration(
  { request, reply, format }: { request: FastifyRequest; reply: FastifyReply; format: ConfigReadQuery['format'] },
  served: Served,
): void {
  const { body, contentType, entityTag } = render(served, format);
  reply.header('etag', entityTag).header('signalbox-version', served.version).header('cache-control', 'no-cache');
  if (isNamedBy(request.headers['if-none-match'], entityTag)) {
    void reply.code(304).send();
    return;
  }
  void reply.header('content-type', contentType).send(body);
}

function toExplanation(
  { service, environment, version, etag }: Served,
  label: string,
  keys: ReadonlyMap<string, ExplainedKey>,
): ConfigExplanation {
  return {
    service,
    environment,
    label,
    version,
    etag,
    keys: Object.fromEntries(
      [...keys].map(([key, explained]) => [
        key,
        { ...toOrigin(explained), overrides: explained.overrides.map(toOrigin) },
      ]),
    ),
  };
}

function toOrigin({
  value,
  path,
  line,
  commit,
  author,
  date,
}: ExplainedValue): ConfigExplanation['keys'][string]['overrides'][number] {
  return { value: toJson(value), file: path, ...(line !== undefined && { line }), commit, author, date };
}
