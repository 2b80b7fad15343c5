import proxy from '@fastify/http-proxy';
import { fastify } from 'fastify';

/** As its README sets it up: one upstream, undici behind it, no log. */
const [port, backendPort] = process.argv.slice(2).map(Number);

const app = fastify();
await app.register(proxy, { upstream: `http://127.0.0.1:${backendPort ?? 0}` });
await app.listen({ host: '127.0.0.1', port: port ?? 0 });
