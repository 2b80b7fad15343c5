import type { AddressInfo } from 'node:net';

import { once } from 'node:events';
import { createServer } from 'node:http';
import { describe, expect, it } from 'vitest';

import { type HealthcheckProcess, runHealthcheck } from './healthcheck.ts';

/** What a healthcheck of a server at this address says, and ends with. */
async function outcomeAt(host: string, port: number) {
  const written: string[] = [];
  const process: HealthcheckProcess = {
    env: { SIGNALBOX_PORT: String(port) },
    stderr: { write: (text: string) => written.push(text) },
  };
  await runHealthcheck({
    name: 'app',
    process,
    addressFrom: (environment) => ({ host, port: Number(environment['SIGNALBOX_PORT']) }),
  });
  return { exitCode: process.exitCode, written };
}

/** A server on every interface that gives its liveness probe this status, and any other path 404. */
async function serverAnswering(status: number) {
  const server = createServer((request, response) => {
    response.writeHead(request.url === '/health/live' ? status : 404).end();
  });
  server.listen(0);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo; // a TCP server that listens has one
  return { port, [Symbol.dispose]: () => server.close() };
}

describe('runHealthcheck', () => {
  it.each(['127.0.0.1', '0.0.0.0', '::', '::1'])('ends with 0 where the server on %s lives', async (host) => {
    using server = await serverAnswering(200);

    await expect(outcomeAt(host, server.port)).resolves.toEqual({ exitCode: 0, written: [] });
  });

  it('ends with 1 and the status of a server that is not well', async () => {
    using server = await serverAnswering(503);

    await expect(outcomeAt('127.0.0.1', server.port)).resolves.toEqual({
      exitCode: 1,
      written: [`app: http://127.0.0.1:${server.port}/health/live answers 503\n`],
    });
  });

  it('ends with 1 and the reason where nobody answers', async () => {
    const server = await serverAnswering(200);
    server[Symbol.dispose]();

    const { exitCode, written } = await outcomeAt('127.0.0.1', server.port);

    expect(exitCode).toBe(1);
    expect(written.join('')).toMatch(
      /^app: http:\/\/127\.0\.0\.1:\d+\/health\/live does not answer: connect ECONNREFUSED/,
    );
  });

  it('ends with 1 and the setting that keeps the port from being known', async () => {
    const { exitCode, written } = await outcomeAt('127.0.0.1', 0);

    expect(exitCode).toBe(1);
    expect(written).toEqual(['app: SIGNALBOX_PORT: 0 lets the system choose, so that nobody else knows the port\n']);
  });
});
