import { fastify } from 'fastify';
import { readFileSync } from 'node:fs';

/** The least that Fastify can do to send the bytes of a file: one route, no hook, no log. */
const [port = '', file = '', contentType = ''] = process.argv.slice(2);
const body = readFileSync(file);

const http = fastify();
http.get('/config/:service/:environment', (_request, reply) => {
  void reply.header('content-type', contentType).send(body);
});
await http.listen({ host: '127.0.0.1', port: Number(port) });
