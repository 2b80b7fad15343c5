import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

import swagger, { type StaticDocumentSpec } from '@fastify/swagger';
import fastify from 'fastify';

import { notFoundHandler } from './problems.ts';

const OPEN = { config: { public: true }, schema: { hide: true } };

/** `/docs`, a page to try the routes that there are by then. What serves it is loaded by the first request: most servers are never asked. */
export function addDocsPage(http: FastifyInstance): void {
  let loading: Promise<FastifyInstance> | undefined;
  const answer = async ({ raw }: FastifyRequest, reply: FastifyReply) => {
    loading ??= loadDocsPage({ document: http.swagger() as StaticDocumentSpec['document'] }); // whose type knows no OpenAPI 3.1
    const page = await loading;
    reply.hijack();
    page.routing(raw, reply.raw);
  };
  http.get('/docs', OPEN, answer);
  http.get('/docs/*', OPEN, answer);
}

/** A server of its own, which listens nowhere: to one that runs no routes can be added. */
async function loadDocsPage(specification: StaticDocumentSpec): Promise<FastifyInstance> {
  const { default: swaggerUi } = await import('@fastify/swagger-ui');
  const page = fastify();
  page.setNotFoundHandler(notFoundHandler);
  await page.register(swagger, { mode: 'static', specification });
  await page.register(swaggerUi, { routePrefix: '/docs' });
  await page.ready();
  return page;
}
