import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { setTimeout } from 'node:timers/promises';
import { WebSocketServer } from 'ws';

/**
 * Answers every request with its method, path and body, for which user it says that it is, and with who answered; after so long as its query `delayMs` says. A WebSocket gets each
 * message back.
 */
export function createEchoServer(instanceId: string): Server {
  const server = createServer((request, response) => {
    void answer(request, response, instanceId);
  });
  new WebSocketServer({ server }).on('connection', (socket) => {
    socket.on('message', (message, isBinary) => {
      socket.send(message, { binary: isBinary });
    });
  });
  return server;
}

async function answer(request: IncomingMessage, response: ServerResponse, instanceId: string): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) {
    chunks.push(chunk as Buffer); // no encoding is set
  }
  const { method, url: path = '/', headers } = request;
  await setTimeout(Number(new URL(path, 'http://echo').searchParams.get('delayMs')));
  response.setHeader('content-type', 'application/json');
  const body = Buffer.concat(chunks).toString();
  response.end(JSON.stringify({ servedBy: instanceId, method, path, user: headers['x-user'], body }));
}
