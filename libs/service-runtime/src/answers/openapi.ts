import type { FastifyInstance } from 'fastify';

import swagger from '@fastify/swagger';
import { jsonSchemaTransform } from 'fastify-type-provider-zod';

import { addDocsPage } from './docs-page.ts';

/** `/openapi.json`, generated from the routes' schemas, and a page to try them at `/docs`; both open: they hold no data. */
export async function addOpenApi(
  http: FastifyInstance,
  info: { title: string; description: string; version: string },
): Promise<void> {
  await http.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info,
      components: { securitySchemes: { token: { type: 'http', scheme: 'bearer' } } },
      security: [{ token: [] }],
    },
    transform: jsonSchemaTransform,
  });
  http.get('/openapi.json', { config: { public: true }, schema: { hide: true } }, () => http.swagger());
  addDocsPage(http);
}
