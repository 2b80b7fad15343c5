import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

import { expect, it } from 'vitest';

import { Backend } from './backend.ts';
import { startHarness } from './harness.ts';
import { RawClient } from './raw-client.ts';
import { ScriptedServer } from './scripted-server.ts';

const GET = 'GET / HTTP/1.1\r\nHost: a\r\n\r\n';

// client, gateway and instance share this process: what both ends send in one step meets the gateway in one turn of its loop

it('a refusal does not overtake the answer that came in the same turn', async () => {
  const asked = Promise.withResolvers<ServerResponse>();
  await using backend = await Backend.start((_request, response) => {
    asked.resolve(response);
  });
  await using gateway = await startHarness({ services: { orders: [backend.port] } });
  using client = new RawClient(gateway.port);
  client.send(GET);
  const response = await asked.promise;

  response.end('reached');
  client.send('no request at all\r\n\r\n');
  const answers = await client.untilClosed();

  expect(answers.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 200', 'HTTP/1.1 400']);
  expect(answers).toContain('reached');
});

it('bytes that an instance sends before it was asked are no answer to the request that comes in the same turn', async () => {
  const answer = (body: string) => `HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
  await using instance = await ScriptedServer.start(answer('first'), answer('second'));
  await using gateway = await startHarness({ services: { orders: [Number(new URL(instance.origin).port)] } });
  using client = new RawClient(gateway.port);
  await client.send(GET).until('first');
  const [kept] = instance.sockets as [Socket];

  client.send(GET);
  kept.write(answer('forged'));
  const answers = await client.until('second');

  expect(answers).not.toContain('forged');
});
