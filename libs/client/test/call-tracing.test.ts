import { context, propagation } from '@opentelemetry/api';
import { AsyncLocalStorage } from 'node:async_hooks';
import { Agent, request } from 'undici';
import { afterEach, describe, expect, it } from 'vitest';

import { hastyCallerOf, listen } from './calls.ts';
import { anInstance } from './fake-registry.ts';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const PARENT = `00-${TRACE}-b7ad6b7169203331-01`;

/** An instance that fails so many times first, and remembers the trace headers that it was sent. */
async function remembering(failures: number) {
  const seen: { traceparent: unknown; tracestate: unknown }[] = [];
  const server = await listen(({ headers }, response) => {
    const { traceparent, tracestate } = headers;
    seen.push({ traceparent, tracestate });
    response.writeHead(seen.length <= failures ? 503 : 200).end();
  });
  return Object.assign(server, { seen });
}

afterEach(() => {
  propagation.disable();
});

describe('a call', () => {
  it.each([
    ['init', ['/', { headers: { traceparent: PARENT, tracestate: 'a=1' } }]],
    ['a Request', [new Request('http://products/', { headers: { traceparent: PARENT, tracestate: 'a=1' } })]],
  ] as const)('sends a child of the traceparent in %s with each attempt', async (_, [input, init]) => {
    await using server = await remembering(1);
    await using mine = await hastyCallerOf([anInstance({ port: server.port })]);

    await mine.services.fetch('products')(input, init);

    const spans = server.seen.map(({ traceparent }) => String(traceparent).split('-')[2]);
    expect(new Set([...spans, PARENT.split('-')[2]]).size).toBe(3);
    expect(server.seen).toEqual(
      spans.map((span) => ({ traceparent: `00-${TRACE}-${span ?? ''}-01`, tracestate: 'a=1' })),
    );
  });

  it('sends none where there is no parent', async () => {
    await using server = await remembering(0);
    await using mine = await hastyCallerOf([anInstance({ port: server.port })]);

    await mine.services.fetch('products')('/');

    expect(server.seen).toEqual([{ traceparent: undefined, tracestate: undefined }]);
  });

  it('asks the tracer before each attempt, in the context of the call', async () => {
    await using server = await remembering(1);
    const span = new AsyncLocalStorage<string>();
    await using mine = await hastyCallerOf([anInstance({ port: server.port })], {
      propagate: (headers) => {
        headers.set('traceparent', `00-${TRACE}-${span.getStore() ?? '?'}-00`);
      },
    });
    const products = mine.services.fetch('products');

    await span.run('1'.repeat(16), () => products('/'));
    await span.run('2'.repeat(16), () => products('/'));

    expect(server.seen.map(({ traceparent }) => String(traceparent).split('-')[2]?.[0])).toEqual(['1', '1', '2']);
  });

  it('fails with what the tracer throws, which no endpoint is to blame for', async () => {
    await using server = await remembering(0);
    const broken = { isSo: true };
    await using mine = await hastyCallerOf([anInstance({ port: server.port })], {
      breaker: { trip: { consecutiveFailures: 1 } },
      propagate: () => {
        if (broken.isSo) {
          throw new Error('no tracer');
        }
      },
    });
    const agent = new Agent();
    const dispatcher = mine.services.dispatcher('products', agent);

    await expect(mine.services.fetch('products')('/')).rejects.toThrow('no tracer');
    await expect(request('http://products/', { dispatcher })).rejects.toThrow('no tracer');

    broken.isSo = false;

    expect((await mine.services.fetch('products')('/')).status).toBe(200);
    expect(server.seen).toHaveLength(1);
    await agent.close();
  });

  it('carries what OpenTelemetry injects', async () => {
    propagation.setGlobalPropagator({
      inject: (_context, carrier, setter) => {
        setter.set(carrier, 'traceparent', PARENT);
      },
      extract: (active) => active,
      fields: () => ['traceparent'],
    });
    await using server = await remembering(0);
    await using mine = await hastyCallerOf([anInstance({ port: server.port })], {
      propagate: (headers) => {
        propagation.inject(context.active(), headers, {
          set: (carrier, key, value) => {
            carrier.set(key, value);
          },
        });
      },
    });

    await mine.services.fetch('products')('/');

    expect(server.seen[0]?.traceparent).toBe(PARENT);
  });
});
