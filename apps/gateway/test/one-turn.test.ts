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

it.each([
  ['GET', GET],
  ['PUT', 'PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi'],
])(
  'bytes that an instance sends before it was asked are no answer to a %s that comes in the same turn',
  async (_method, request) => {
    const answer = (body: string) => `HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
    await using instance = await ScriptedServer.start(answer('first'), answer('second'));
    await using gateway = await startHarness({ services: { orders: [Number(new URL(instance.origin).port)] } });
    using client = new RawClient(gateway.port);
    await client.send(GET).until('first');
    const [kept] = instance.sockets as [Socket];

    client.send(request);
    kept.write(answer('forged'));
    while ((client.received.match(/HTTP\/1\.1/g)?.length ?? 0) < 2) {
      await client.next();
    }

    expect(client.received).not.toContain('forged');
  },
);
