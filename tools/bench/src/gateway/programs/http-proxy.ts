import httpProxy from 'http-proxy';
import { Agent, createServer } from 'node:http';

/** With an agent that keeps connections: without one it opens a new one for each request. */
const [port, backendPort] = process.argv.slice(2).map(Number);

const proxy = httpProxy.createProxyServer({
  target: `http://127.0.0.1:${backendPort ?? 0}`,
  agent: new Agent({ keepAlive: true }),
  xfwd: true,
});
createServer((request, response) => {
  proxy.web(request, response, {}, (error) => {
    response.writeHead(502).end(error.message);
  });
}).listen(port, '127.0.0.1');
