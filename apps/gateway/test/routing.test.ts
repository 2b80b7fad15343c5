import { describe, expect, it } from 'vitest';

import { Backend } from './backend.ts';
import { startHarness } from './harness.ts';

describe('the gateway', () => {
  it('sends a request by its route to an instance, and the answer back', async () => {
    await using orders = await Backend.start((request, response) => {
      response.setHeader('X-Made-By', 'orders');
      response.end(`${request.method ?? ''} ${request.url ?? ''}`);
    });
    await using gateway = await startHarness({ services: { orders: [orders.port] } });

    const response = await fetch(`${gateway.url}/api/orders?x=1`);

    expect(response.status).toBe(200);
    expect(await response.text()).toBe('GET /api/orders?x=1');
    expect(response.headers.get('x-made-by')).toBe('orders');
    expect(response.headers.get('signalbox-route')).toBe('all; instance=orders-1');
  });
});
