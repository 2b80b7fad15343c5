import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { type AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';

import { CircuitBreaker } from '@signalbox/circuit-breaker';
import { roundRobin } from '@signalbox/load-balancer';
import { RetryPolicy } from '@signalbox/retry';
import { freePort } from '@signalbox/testkit';

import type { Instance } from '../src/fleet.ts';

import { Caller } from '../src/caller.ts';

async function listen(answer: RequestListener) {
  const server = createServer(answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo; // a listening TCP server has an AddressInfo
  return {
    instance: { id: 'steady-1', origin: `http://127.0.0.1:${port}` } satisfies Instance,
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

async function dead(): Promise<Instance> {
  return { id: 'failing', origin: `http://127.0.0.1:${await freePort()}` };
}

describe('Caller', () => {
  it('sends a call again to an instance that it has not failed at', async () => {
    await using alive = await listen((_request, response) => response.end('in stock'));
    const retry = new RetryPolicy({ attempts: 2, backoff: () => 0 });
    const caller = new Caller([await dead(), alive.instance], { policy: roundRobin(), retry });

    const answers = [await caller.call(), await caller.call()];

    expect(answers).toEqual(['in stock', 'in stock']);
    expect(caller.attempts.get('steady-1')).toBe(2);
  });

  it('takes an answer that says of itself that it failed for a failure', async () => {
    await using failing = await listen((_request, response) => response.writeHead(503).end('not now'));
    const caller = new Caller([failing.instance], { policy: roundRobin() });

    await expect(caller.call()).rejects.toThrow('HTTP 503');
  });

  it('gives an attempt up', async () => {
    await using hanging = await listen(() => undefined);
    const caller = new Caller([hanging.instance], { policy: roundRobin(), attemptMs: 20 });

    await expect(caller.call()).rejects.toThrow('aborted due to timeout');
  });

  it('passes over an instance whose breaker is open', async () => {
    await using alive = await listen((_request, response) => response.end('in stock'));
    const newBreaker = (name: string) => new CircuitBreaker({ name, trip: { consecutiveFailures: 1 } });
    const caller = new Caller([await dead(), alive.instance], { policy: roundRobin(), newBreaker });

    const outcomes = await Promise.allSettled([caller.call(), caller.call()]);
    const later = [await caller.call(), await caller.call()];

    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(later).toEqual(['in stock', 'in stock']);
    expect(caller.attempts.get('failing')).toBe(1);
  });

  it('asks all the same where every breaker is open', async () => {
    await using alive = await listen((_request, response) => response.end('in stock'));
    const newBreaker = (name: string) => {
      const breaker = new CircuitBreaker({ name });
      breaker.isolate();
      return breaker;
    };

    expect(await new Caller([alive.instance], { policy: roundRobin(), newBreaker }).call()).toBe('in stock');
  });

  it('refuses to call nobody', async () => {
    await expect(new Caller([], { policy: roundRobin() }).call()).rejects.toThrow(
      new RangeError('Caller instances: must be one at least, not 0'),
    );
  });
});
