import type { FastifyRequest } from 'fastify';

import {
  type ConfigChange,
  ConfigInstancesResponse,
  ConfigProblemsResponse,
  ConfigUpdateRequest,
  ConfigUpdateResponse,
  Problem,
} from '@signalbox/schemas';
import { authorize, type ServiceHttp } from '@signalbox/service-runtime';

import type { AuditAttempt } from '../editing/audit-store.ts';
import type { AuditTrail } from '../editing/audit-trail.ts';
import type { Author } from '../editing/change.ts';
import type { Edit, EditRequest } from '../editing/edit.ts';
import type { Editor, EditOutcome } from '../editing/editor.ts';
import type { SemanticChange } from '../editing/impact.ts';
import type { Audience, Subscriber } from '../refresh/audience.ts';
import type { Board } from '../refresh/board.ts';
import type { ProblemReport } from '../refresh/problem-reports.ts';
import type { Refresher } from '../refresh/refresher.ts';

import { touchedKeys } from '../editing/audit-store.ts';
import { toJson } from '../json-value.ts';
import { servedBy } from '../refresh/pair-state.ts';
import { auditedEdit } from './audited-edit.ts';
import { nameOf } from './caller.ts';
import { readable } from './readable.ts';

export interface AdminRoutesOptions {
  readonly editor: Editor;
  readonly refresher: Refresher;
  readonly audience: Audience;
  readonly trail: AuditTrail;
}

export function addAdminRoutes(http: ServiceHttp, { editor, refresher, audience, trail }: AdminRoutesOptions): void {
  http.post(
    '/admin/update',
    {
      schema: {
        summary: 'Set and unset keys, or replace a file, as one commit',
        tags: ['administration'],
        body: ConfigUpdateRequest,
        response: { 200: ConfigUpdateResponse, 404: Problem, 409: Problem, 422: Problem, 503: Problem },
      },
    },
    async (request, reply) => {
      const { body } = request;
      const outcome = await auditedEdit(trail, {
        attempt: toAttempt(request, body),
        dryRun: body.dryRun,
        authorize: () => {
          authorize(request, 'write', scopeOf(body));
        },
        edit: () => editor.edit(toEditRequest(request, body)),
      });
      if (!body.dryRun) {
        const { service, environment } = body;
        request.log.info({ service, environment, version: outcome.version }, 'update committed');
      }
      return readable(reply).send(toUpdateResponse(outcome, { dryRun: body.dryRun, audience }));
    },
  );

  addInspection(http, { refresher, audience });
}

function addInspection(
  http: ServiceHttp,
  { refresher, audience }: Pick<AdminRoutesOptions, 'refresher' | 'audience'>,
): void {
  http.get(
    '/admin/problems',
    {
      schema: {
        summary: 'What is quarantined, and why',
        tags: ['administration'],
        response: { 200: ConfigProblemsResponse, 503: Problem },
      },
    },
    async (request, reply) => {
      authorize(request, 'administer');
      // Whoever has just pushed asks what became of it: the head is looked at before the answer.
      await refresher.refresh();
      return readable(reply).send({ problems: refresher.board.problems().map(toProblemEntry) });
    },
  );

  http.get(
    '/admin/instances',
    {
      schema: {
        summary: 'Connected instances, and what each runs',
        tags: ['administration'],
        response: { 200: ConfigInstancesResponse, 503: Problem },
      },
    },
    async (request, reply) => {
      authorize(request, 'administer');
      const { board } = refresher;
      return readable(reply).send({ instances: [...audience].flatMap((subscriber) => toInstances(subscriber, board)) });
    },
  );
}

/** Without an environment every one of them is reached, and the caller must be allowed to write in all. */
function scopeOf({ service, environment }: ConfigUpdateRequest): { service: string; environment?: string } {
  return { service, ...(environment !== undefined && { environment }) };
}

function toEditRequest(request: FastifyRequest, body: ConfigUpdateRequest): EditRequest {
  const { message, expectedVersion, dryRun } = body;
  return {
    edit: toEdit(body),
    author: body.author ?? authorOf(request),
    ...(message !== undefined && { message }),
    ...(expectedVersion !== undefined && { expectedVersion }),
    dryRun,
  };
}

function toAttempt(request: FastifyRequest, body: ConfigUpdateRequest): AuditAttempt {
  const { service, environment, author, file, set, unset } = body;
  return {
    actor: nameOf(request),
    action: 'update',
    ...(author && { author }),
    service,
    ...(environment !== undefined && { environment }),
    ...(file && { file: file.path }),
    touched: touchedKeys([...Object.keys(set ?? {}), ...(unset ?? [])]),
  };
}

function toEdit({ service, environment, set, unset, file }: ConfigUpdateRequest): Edit {
  const layer = { folder: service, ...(environment !== undefined && { environment }) };
  return file === undefined
    ? { kind: 'keys', ...layer, set: new Map(Object.entries(set ?? {})), unset: unset ?? [] }
    : { kind: 'file', ...layer, ...file };
}

function authorOf(request: FastifyRequest): Author {
  const name = nameOf(request);
  return { name, email: `${name}@signalbox.invalid` };
}

function toUpdateResponse(
  { version, changes }: EditOutcome,
  { dryRun, audience }: { dryRun: boolean; audience: Audience },
): ConfigUpdateResponse {
  const pairs = new Map(
    changes.map(({ service, environment }) => [`${service}/${environment}`, { service, environment }]),
  );
  return {
    version,
    dryRun,
    changes: changes.map(toChange),
    instances: [...audience.instancesOf([...pairs.values()])],
  };
}

function toChange({ before, after, ...key }: SemanticChange): ConfigChange {
  return {
    ...key,
    ...(before !== undefined && { before: toJson(before) }),
    ...(after !== undefined && { after: toJson(after) }),
  };
}

function toInstances(subscriber: Subscriber, board: Board): ConfigInstancesResponse['instances'] {
  const { service, environment, instanceId, applied, rejected } = subscriber;
  const served = servedBy(board.state(subscriber))?.etag;
  return instanceId === undefined
    ? []
    : [
        {
          service,
          environment,
          instanceId,
          ...(served !== undefined && { served }),
          ...(applied !== undefined && { applied }),
          ...(rejected !== undefined && { rejected }),
        },
      ];
}

function toProblemEntry({ sinceMs, pairs, ...report }: ProblemReport): ConfigProblemsResponse['problems'][number] {
  return { ...report, pairs: [...pairs], since: new Date(sinceMs).toISOString() };
}
