import { describe, expect, it } from 'vitest';

import { freePort } from '@signalbox/testkit';

import { Backend } from './backend.ts';
import { startHarness } from './harness.ts';

const ROUTES = {
  orders: {
    hostnames: ['shop.example'],
    matches: [{ path: { value: '/api/orders' }, method: 'GET', headers: [{ name: 'x-canary', value: 'true' }] }],
    backendRefs: [{ name: 'orders', weight: 9 }, { name: 'orders-canary' }],
    timeouts: { request: '10s' },
    retry: { attempts: 2, codes: [503] },
  },
  all: { backendRefs: [{ name: 'orders' }] },
};

async function json(url: string): Promise<unknown> {
  return (await fetch(url)).json();
}

describe('the control API', () => {
  it('shows the routes in force', async () => {
    await using gateway = await startHarness({ routes: ROUTES });

    expect(await json(`${gateway.adminUrl}/admin/routes`)).toMatchObject({
      version: 'v1',
      routes: [
        {
          name: 'orders',
          hostnames: ['shop.example'],
          matches: [
            {
              path: { type: 'PathPrefix', value: '/api/orders' },
              method: 'GET',
              headers: [{ name: 'x-canary', value: 'true' }],
            },
          ],
          backends: [
            { service: 'orders', weight: 9 },
            { service: 'orders-canary', weight: 1 },
          ],
          timeoutMs: 10_000,
          backendTimeoutMs: 0,
          retry: { attempts: 2, codes: [503] },
        },
        { name: 'all' },
      ],
    });
  });

  it('shows instances with the state of their breaker, and those that get no requests', async () => {
    const port = await freePort();
    await using gateway = await startHarness({ services: { orders: [port] } });
    gateway.registry.set('orders', [{ port }, { port, status: 'down' }]);
    await (await fetch(gateway.url)).text();

    expect(await json(`${gateway.adminUrl}/admin/endpoints`)).toEqual({
      services: [
        {
          name: 'orders',
          instances: [
            {
              id: 'orders-1',
              origin: `http://127.0.0.1:${port}`,
              status: 'up',
              weight: 1,
              endpoint: { inFlight: 0, breaker: 'closed', failures: 2, retryAfterMs: 0 },
            },
            { id: 'orders-2', origin: `http://127.0.0.1:${port}`, status: 'down', weight: 1, endpoint: null },
          ],
        },
      ],
    });
  });

  it('counts requests, how long they took, retries and refusals', async () => {
    await using orders = await Backend.start((request, response) =>
      response.writeHead(Number(request.url?.slice(1))).end(),
    );
    await using gateway = await startHarness({
      services: { orders: [orders.port] },
      routes: { all: { hostnames: ['127.0.0.1'], backendRefs: [{ name: 'orders' }] } },
    });
    for (const path of ['200', '201', '404', '500']) {
      await (await fetch(`${gateway.url}/${path}`)).text();
    }
    await (await fetch(`http://localhost:${gateway.port}/`)).text();

    const metrics = await (await fetch(`${gateway.adminUrl}/metrics`)).text();

    expect(metrics).toContain('signalbox_gateway_requests_total{route="all",outcome="2xx"} 2');
    expect(metrics).toContain('signalbox_gateway_requests_total{route="all",outcome="5xx"} 1');
    expect(metrics).toContain('signalbox_gateway_request_duration_seconds_bucket{route="all",le="+Inf"} 4');
    expect(metrics).toContain('signalbox_gateway_request_duration_seconds_count{route="all"} 4');
    expect(metrics).toContain('signalbox_gateway_retries_total{route="all"} 0');
    expect(metrics).toContain('signalbox_gateway_refusals_total{code="gateway/no-route"} 1');
    expect(metrics).toContain('signalbox_gateway_endpoint_breaker{service="orders",instance="orders-1"} 0');
    expect(metrics).toContain('signalbox_gateway_endpoint_requests{service="orders",instance="orders-1"} 0');
  });

  it('is not served on the data port', async () => {
    await using gateway = await startHarness({ routes: {} });

    expect((await fetch(`${gateway.url}/admin/routes`)).status).toBe(404);
    expect((await fetch(`${gateway.url}/metrics`)).status).toBe(404);
  });

  it('writes at debug which way a request took', async () => {
    await using orders = await Backend.start((_request, response) => response.end('ok'));
    await using gateway = await startHarness({
      services: { orders: [orders.port] },
      settings: { SIGNALBOX_LOG_LEVEL: 'debug' },
    });

    await (await fetch(`${gateway.url}/a?secret=1`)).text();

    expect(gateway.lines.find(({ msg }) => msg === 'request finished')).toMatchObject({
      client: '127.0.0.1',
      method: 'GET',
      host: '127.0.0.1',
      path: '/a',
      route: 'all',
      instance: 'orders-1',
      origin: `http://127.0.0.1:${orders.port}`,
      attempts: 1,
      status: 200,
    });
    expect(JSON.stringify(gateway.lines)).not.toContain('secret');
  });
});
