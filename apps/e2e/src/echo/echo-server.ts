import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { setTimeout } from 'node:timers/promises';

/** Answers every request with its method, path and body, and with who answered; after so long as its query `delayMs` says. */
export function createEchoServer(instanceId: string): Server {
  return createServer((request, response) => {
    void answer(request, response, instanceId);
  });
}

async function answer(request: IncomingMessage, response: ServerResponse, instanceId: string): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) {
    chunks.push(chunk as Buffer); // no encoding is set
  }
  const { method, url: path = '/' } = request;
  await setTimeout(Number(new URL(path, 'http://echo').searchParams.get('delayMs')));
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify({ servedBy: instanceId, method, path, body: Buffer.concat(chunks).toString() }));
}
