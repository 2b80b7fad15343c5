import type { ServerResponse } from 'node:http';

import { describe, expect, it } from 'vitest';

import { FakeClock, freePort } from '@signalbox/testkit';

import { Backend } from './backend.ts';
import { type Harness, startHarness } from './harness.ts';

const TO_ORDERS = { all: { backendRefs: [{ name: 'orders' }], retry: { attempts: 0 } } };

const ordersBy = (loadBalancer: object) => ({ orders: { trafficPolicy: { loadBalancer } } });

/** A service that answers, and that any number of instances may stand for. */
const startOrders = () => Backend.start((_request, response) => response.end('ok'));

/** Ids of the instances that answered as many requests one after another. */
async function instancesOf(gateway: Harness, requests: readonly RequestInit[], path = ''): Promise<string[]> {
  const ids = [];
  for (const request of requests) {
    const response = await fetch(`${gateway.url}${path}`, request);
    await response.text();
    ids.push(response.headers.get('signalbox-route')?.replace('all; instance=', '') ?? String(response.status));
  }
  return ids;
}

const times = (count: number, request: RequestInit = {}) => Array<RequestInit>(count).fill(request);

describe('a service', () => {
  it('is balanced by weight in turn without a rule', async () => {
    await using orders = await startOrders();
    await using gateway = await startHarness({ services: { orders: [orders.port, orders.port, orders.port] } });

    const ids = await instancesOf(gateway, times(9));

    expect(ids.sort().join(' ')).toBe(
      'orders-1 orders-1 orders-1 orders-2 orders-2 orders-2 orders-3 orders-3 orders-3',
    );
  });

  it('of LEAST_REQUEST leaves alone an instance that is at work', async () => {
    const asked = Promise.withResolvers<ServerResponse>();
    await using orders = await Backend.start((request, response) => {
      if (request.url === '/slow') {
        asked.resolve(response);
      } else {
        response.end('ok');
      }
    });
    await using gateway = await startHarness({
      services: { orders: [orders.port, orders.port] },
      destinationRules: ordersBy({ simple: 'LEAST_REQUEST' }),
    });
    const slow = fetch(`${gateway.url}/slow`);
    const response = await asked.promise;

    const meanwhile = await instancesOf(gateway, times(10));
    response.end();

    const busy = (await slow).headers.get('signalbox-route')?.replace('all; instance=', '') ?? '';
    expect(new Set(meanwhile)).toEqual(new Set(['orders-1', 'orders-2'].filter((id) => id !== busy)));
  });

  it('of RANDOM is not balanced in turn', async () => {
    await using orders = await startOrders();
    await using gateway = await startHarness({
      services: { orders: [orders.port, orders.port] },
      destinationRules: ordersBy({ simple: 'RANDOM' }),
    });

    const ids = await instancesOf(gateway, times(64));

    expect(new Set(ids)).toEqual(new Set(['orders-1', 'orders-2']));
    expect(ids.some((id, i) => id === ids[i + 1])).toBe(true); // but for one case in 2^63
  });
});

describe('a consistent hash', () => {
  const carts = Array.from({ length: 20 }, (_, i) => `cart-${i}`);
  const toHeader = (cart: string): RequestInit => ({ headers: { 'x-cart': cart } });
  const toCookie = (cart: string): RequestInit => ({ headers: { cookie: `other-cart=1; cart=${cart}` } });

  it.each([
    ['httpHeaderName', { httpHeaderName: 'X-Cart' }, toHeader],
    ['httpCookie', { httpCookie: { name: 'cart' } }, toCookie],
  ])('of %s sends the same value to the same instance', async (_name, consistentHash, toRequest) => {
    await using orders = await startOrders();
    await using gateway = await startHarness({
      services: { orders: Array<number>(4).fill(orders.port) },
      destinationRules: ordersBy({ consistentHash }),
    });
    const requests = carts.map(toRequest);

    const ids = await instancesOf(gateway, requests);

    expect(new Set(ids).size).toBe(4);
    expect(await instancesOf(gateway, requests)).toEqual(ids);
  });

  it('of a query parameter reads it as forms spell it', async () => {
    await using orders = await startOrders();
    await using gateway = await startHarness({
      services: { orders: Array<number>(4).fill(orders.port) },
      destinationRules: ordersBy({ consistentHash: { httpQueryParameterName: 'cart' } }),
    });
    const idsOf = async (path: string) => new Set(await instancesOf(gateway, times(8), path));

    const one = await idsOf('/?other=1&cart=a%20b');

    expect(one.size).toBe(1);
    expect(await idsOf('/?cart=a+b&other=2')).toEqual(one);
    const others = await Promise.all(carts.map((cart) => idsOf(`/?cart=${cart}`)));
    expect(new Set(others.flatMap((ids) => [...ids])).size).toBe(4);
  });

  it.each([
    ['what a trusted proxy says of its client', '127.0.0.0/8', 2],
    ['not what a client says itself', 'none', 1],
  ])('of the address of a client believes %s', async (_what, trustedProxies, expected) => {
    await using one = await Backend.start((_request, response) => response.end('one'));
    await using other = await Backend.start((_request, response) => response.end('other'));
    await using gateway = await startHarness({
      services: { orders: [one.port, other.port] },
      settings: { SIGNALBOX_TRUSTED_PROXIES: trustedProxies },
      destinationRules: ordersBy({ consistentHash: { useSourceIp: true } }),
    });

    const answers = new Set<string>();
    for (let i = 0; i < 20; i++) {
      const headers = { 'x-forwarded-for': `10.0.0.1, 10.0.0.${i}` };
      answers.add(await (await fetch(gateway.url, { headers })).text());
    }

    expect(answers.size).toBe(expected);
  });

  it('sends requests without the value anywhere, and moves only the values of an instance that goes', async () => {
    await using orders = await startOrders();
    await using gateway = await startHarness({
      services: { orders: Array<number>(4).fill(orders.port) },
      destinationRules: ordersBy({ consistentHash: { httpHeaderName: 'x-cart' } }),
    });
    const requests = carts.map(toHeader);
    const before = await instancesOf(gateway, requests);
    const without = await instancesOf(gateway, times(64));

    gateway.registry.set('orders', Array(3).fill({ port: orders.port }));
    const after = await instancesOf(gateway, requests);

    expect(new Set(without).size).toBeGreaterThan(1); // but for one case in 4^63
    expect(after.filter((id, i) => before[i] !== 'orders-4' && id !== before[i])).toEqual([]);
    expect(after).not.toContain('orders-4');
  });
});

describe('a preference for the zone', () => {
  const NEAR_FIRST = ordersBy({ localityLbSetting: { enabled: true } });

  it('keeps requests in the zone of the gateway, then in its region', async () => {
    await using orders = await startOrders();
    await using gateway = await startHarness({
      settings: { SIGNALBOX_REGION: 'north', SIGNALBOX_ZONE: 'north-1' },
      destinationRules: NEAR_FIRST,
    });
    const { port } = orders;
    const far = { id: 'far', port, region: 'south', zone: 'south-1' };
    const nextDoor = { id: 'next-door', port, region: 'north', zone: 'north-2' };
    const near = { id: 'near', port, region: 'north', zone: 'north-1' };

    const ids = [];
    for (const instances of [[far, nextDoor, near], [far, nextDoor], [far]]) {
      gateway.registry.set('orders', instances);
      ids.push(await instancesOf(gateway, times(6)));
    }

    expect(ids).toEqual([Array(6).fill('near'), Array(6).fill('next-door'), Array(6).fill('far')]);
  });

  it('lets go what the zone can not take while instances of it fail', async () => {
    await using orders = await startOrders();
    await using gateway = await startHarness({
      routes: { all: { backendRefs: [{ name: 'orders' }], retry: { attempts: 1 } } },
      settings: { SIGNALBOX_ZONE: 'a', SIGNALBOX_BREAKER_FAILURES: '1' },
      destinationRules: NEAR_FIRST,
      clock: new FakeClock(),
    });
    gateway.registry.set('orders', [
      { id: 'near', port: orders.port, zone: 'a' },
      { id: 'broken', port: await freePort(), zone: 'a' },
      { id: 'far', port: orders.port, zone: 'b' },
    ]);
    await instancesOf(gateway, times(2));

    const ids = await instancesOf(gateway, times(200));

    // Envoy's formula: 1.4 * 1/2 stay. Fewer than half would be six standard deviations away.
    const far = ids.filter((id) => id === 'far').length;
    expect(far).toBeGreaterThan(0);
    expect(far).toBeLessThan(100);
    expect(ids).not.toContain('broken');
  });

  it('is said to be without effect on a gateway that does not know its zone', async () => {
    await using orders = await startOrders();
    await using gateway = await startHarness({ destinationRules: NEAR_FIRST });
    gateway.registry.set('orders', [
      { port: orders.port, zone: 'a' },
      { port: orders.port, zone: 'b' },
    ]);

    expect(new Set(await instancesOf(gateway, times(4)))).toEqual(new Set(['orders-1', 'orders-2']));
    expect(gateway.lines.find(({ services }) => services !== undefined)).toMatchObject({
      services: ['orders'],
      msg: 'no zone is preferred: SIGNALBOX_ZONE does not say which is near',
    });
  });
});

describe('a rule', () => {
  it('gives an instance that comes a small share until it is warm', async () => {
    const clock = new FakeClock();
    await using orders = await startOrders();
    await using gateway = await startHarness({
      clock,
      services: { orders: [orders.port] },
      destinationRules: ordersBy({ warmup: { duration: '60s' } }),
    });
    await clock.advance(60_000);
    gateway.registry.set('orders', [{ port: orders.port }, { port: orders.port }]);
    const shareOf = async (count: number) =>
      (await instancesOf(gateway, times(count))).filter((id) => id === 'orders-2').length;

    expect(Math.abs((await shareOf(55)) - 5)).toBeLessThanOrEqual(1);
    await clock.advance(60_000);
    expect(Math.abs((await shareOf(40)) - 20)).toBeLessThanOrEqual(1);
  });

  it('is in force with the routes that it comes with, and gone without it', async () => {
    await using orders = await startOrders();
    await using gateway = await startHarness({
      routes: TO_ORDERS,
      services: { orders: Array<number>(4).fill(orders.port) },
    });
    const idsOf = async () => new Set(await instancesOf(gateway, times(8)));

    const sizes = [(await idsOf()).size];
    await gateway.config.push(TO_ORDERS, { destinationRules: ordersBy({ consistentHash: { useSourceIp: true } }) });
    sizes.push((await idsOf()).size);
    await gateway.config.push(TO_ORDERS);
    sizes.push((await idsOf()).size);

    expect(sizes).toEqual([4, 1, 4]);
  });
});

describe('panic', () => {
  it('is told by a metric, and makes one attempt at most in spite of a breaker', async () => {
    let asked = 0;
    await using orders = await Backend.start((_request, response) => {
      asked += 1;
      response.writeHead(503).end('busy');
    });
    await using gateway = await startHarness({
      clock: new FakeClock(),
      services: { orders: Array<number>(4).fill(orders.port) },
      routes: { all: { backendRefs: [{ name: 'orders' }], retry: { attempts: 3, codes: [503] } } },
      settings: { SIGNALBOX_BREAKER_FAILURES: '1' },
    });
    const metrics = async () => (await fetch(`${gateway.adminUrl}/metrics`)).text();
    const calm = await metrics();
    await instancesOf(gateway, times(2));
    const first = asked;

    await instancesOf(gateway, times(10));

    expect(calm).toContain('signalbox_gateway_panic{service="orders"} 0');
    expect(asked - first).toBe(10);
    const panicking = await metrics();
    expect(panicking).toContain('signalbox_gateway_panic{service="orders"} 1');
    expect(panicking).toMatch(/signalbox_gateway_unguarded_requests_total\{service="orders"\} 1[0-9]\n/);
  });
});
