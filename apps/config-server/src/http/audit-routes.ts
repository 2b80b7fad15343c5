import { ConfigAuditQuery, ConfigAuditResponse, Problem } from '@signalbox/schemas';
import { authorize, type ServiceHttp } from '@signalbox/service-runtime';

import type { AuditFilter, ToldEntry } from '../editing/audit-store.ts';
import type { AuditTrail } from '../editing/audit-trail.ts';

import { readable } from './readable.ts';

export function addAuditRoutes(http: ServiceHttp, trail: AuditTrail): void {
  http.get(
    '/admin/audit',
    {
      schema: {
        summary: 'Who changed what, newest first',
        tags: ['administration'],
        querystring: ConfigAuditQuery,
        response: { 200: ConfigAuditResponse, 503: Problem },
      },
    },
    async (request, reply) => {
      authorize(request, 'administer');
      const { limit } = request.query;
      // One more than asked for tells whether there is another page.
      const found = await trail.list({ ...toFilter(request.query), limit: limit + 1 });
      const entries = found.slice(0, limit);
      const next = found.length > limit ? entries.at(-1)?.id : undefined;
      return readable(reply).send({ entries: entries.map(toAuditEntry), ...(next !== undefined && { next }) });
    },
  );
}

function toFilter({ service, environment, actor, before }: ConfigAuditQuery): Omit<AuditFilter, 'limit'> {
  return {
    ...(service !== undefined && { service }),
    ...(environment !== undefined && { environment }),
    ...(actor !== undefined && { actor }),
    ...(before !== undefined && { before }),
  };
}

function toAuditEntry({
  timeMs,
  touched,
  reached,
  outcome,
  ...attempt
}: ToldEntry): ConfigAuditResponse['entries'][number] {
  return {
    ...attempt,
    time: new Date(timeMs).toISOString(),
    keys: [...touched.keys],
    keyCount: touched.keyCount,
    ...(reached && { pairs: [...reached.pairs], pairCount: reached.pairCount }),
    outcome: outcome.kind,
    ...('code' in outcome && { code: outcome.code, reason: outcome.reason }),
    ...('before' in outcome && { versionBefore: outcome.before }),
    ...('after' in outcome && { versionAfter: outcome.after }),
  };
}
