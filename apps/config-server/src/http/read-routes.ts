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
import type { Served } from '../refresh/pair-state.ts';

import { toJson } from '../json-value.ts';
import { isNamedBy } from './if-none-match.ts';
import { readable } from './readable.ts';
import { render } from './rendering.ts';

export interface ReadRoutesOptions {
  readonly reader: ConfigurationReader;
  readonly explainer: Explainer;
  readonly defaultLabel: string;
}

const ReadPath = z.object({ service: ServiceName, environment: EnvironmentName });

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
