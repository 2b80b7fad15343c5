import * as z from 'zod';

import { ConfigVerdictRequest, Problem } from '@signalbox/schemas';
import { authorize, type ServiceHttp } from '@signalbox/service-runtime';

import type { PolledInstances } from '../refresh/polled-instances.ts';

import { ReadPath } from './read-routes.ts';

/** `POST /config/{service}/{environment}/verdicts`: for instances that hold no socket to say it over. */
export function addVerdictRoutes(http: ServiceHttp, polledInstances: PolledInstances): void {
  http.post(
    '/config/:service/:environment/verdicts',
    {
      schema: {
        summary: 'What an instance made of a configuration that it fetched',
        tags: ['configuration'],
        params: ReadPath,
        body: ConfigVerdictRequest,
        response: { 204: z.null(), 503: Problem },
      },
    },
    (request, reply) => {
      const { params: pair, body } = request;
      authorize(request, 'read', pair);
      const instance = polledInstances.report({ ...pair, instanceId: body.instanceId }, body);
      if (body.type === 'rejected') {
        const { service, environment, instanceId, rejected } = instance;
        request.log.warn({ service, environment, instanceId, rejected }, 'configuration rejected by an instance');
      }
      void reply.code(204).send(null);
    },
  );
}
