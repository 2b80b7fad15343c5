import type { AddressInfo } from 'node:net';

import { once } from 'node:events';
import { createServer } from 'node:http';
import { describe, expect, it } from 'vitest';

import { FakeClock } from '@signalbox/testkit';

import { HealthChecker } from './health-checker.ts';
import { healthHandler } from './http-handler.ts';

const START = Date.UTC(2026, 0, 1);

async function serve(health = new HealthChecker({ clock: new FakeClock(START), version: '1.2.3' })) {
  const answerHealth = healthHandler(health);
  const server = createServer((request, response) => {
    if (!answerHealth(request, response)) {
      response.writeHead(404).end();
    }
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo; // a listening TCP server has an AddressInfo
  return {
    ask: (path: string, init?: RequestInit) => fetch(`http://127.0.0.1:${port}${path}`, init),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

describe('healthHandler', () => {
  it('answers a probe, whatever its query, and leaves other requests alone', async () => {
    await using server = await serve();

    const answer = await server.ask('/health/live?verbose=1');

    expect(answer.status).toBe(200);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(await answer.json()).toMatchObject({ status: 'pass', version: '1.2.3' });
    expect((await server.ask('/healthy')).status).toBe(404);
  });

  it('answers HEAD without a body, and no other method', async () => {
    await using server = await serve();

    const head = await server.ask('/health', { method: 'HEAD' });
    const post = await server.ask('/health', { method: 'POST' });

    expect([head.status, await head.text()]).toEqual([200, '']);
    expect([post.status, post.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
  });

  it.each([
    ['*/*', 'application/json; charset=utf-8'],
    ['application/health+json', 'application/health+json; charset=utf-8'],
    ['Application/Health+JSON; q=0.5, text/html', 'application/health+json; charset=utf-8'],
    ['application/json, application/health+json', 'application/health+json; charset=utf-8'],
    ['application/json, application/health+json;q=0.9', 'application/json; charset=utf-8'],
    ['application/health+json;q=0', 'application/json; charset=utf-8'],
    ['application/health+json;q=much', 'application/json; charset=utf-8'],
  ])('answers who accepts %s in %s', async (accept, contentType) => {
    await using server = await serve();

    const answer = await server.ask('/health', { headers: { accept } });

    expect(answer.headers.get('content-type')).toBe(contentType);
    expect(answer.headers.get('vary')).toBe('accept');
  });

  it('says in health+json what each dependency does', async () => {
    const clock = new FakeClock(START);
    const health = new HealthChecker({ clock, version: '1.2.3' })
      .addDependency('db', () => Promise.reject(new Error('connection refused')))
      .addDependency('cache', () => Promise.resolve({ status: 'pass', output: '3 nodes' }), { critical: false })
      .addDependency('mail', () => Promise.resolve({ status: 'warn', output: 'slow' }), { critical: false })
      .addDependency('search', () => Promise.withResolvers<undefined>().promise, { critical: false });
    health.start();
    await clock.advance(2_000);
    await using server = await serve(health);

    const answer = await server.ask('/health/detailed', { headers: { accept: 'application/health+json' } });
    await health.close();

    const measured = { observedValue: 0, observedUnit: 'ms', time: '2026-01-01T00:00:00.000Z' };
    expect(answer.status).toBe(503);
    expect(await answer.json()).toEqual({
      status: 'fail',
      releaseId: '1.2.3',
      checks: {
        uptime: [
          {
            componentType: 'system',
            status: 'pass',
            observedValue: 2,
            observedUnit: 's',
            time: '2026-01-01T00:00:02.000Z',
          },
        ],
        'db:responseTime': [{ status: 'fail', output: 'connection refused', ...measured }],
        'cache:responseTime': [{ status: 'pass', ...measured }],
        'mail:responseTime': [{ status: 'warn', output: 'slow', ...measured }],
        'search:responseTime': [{ status: 'warn', output: 'not looked at yet' }],
      },
    });
  });

  it('refuses to answer from what is no checker', () => {
    expect(() => healthHandler(undefined as unknown as HealthChecker)).toThrow(
      new TypeError('healthHandler health: must be of type object, not undefined'),
    );
  });
});
