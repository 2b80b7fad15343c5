import type { AddressInfo } from 'node:net';

import { once } from 'node:events';
import { createServer, request } from 'node:http';

export interface ProxyWithoutUpgrade extends AsyncDisposable {
  readonly url: string;
}

/** An HTTP proxy as they often stand before servers: it drops the headers that would make a connection a WebSocket. */
export async function proxyWithoutUpgrade(target: string): Promise<ProxyWithoutUpgrade> {
  const server = createServer((incoming, reply) => {
    const headers = { ...incoming.headers };
    delete headers.connection;
    delete headers.upgrade;
    const onward = request(new URL(incoming.url ?? '', target), { method: incoming.method ?? '', headers });
    onward.on('response', (answer) => {
      reply.writeHead(answer.statusCode ?? 0, answer.headers);
      answer.pipe(reply);
    });
    onward.on('error', () => reply.destroy());
    reply.on('close', () => onward.destroy());
    incoming.pipe(onward);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo; // a listening TCP server has an AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
