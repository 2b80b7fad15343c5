import type { ServerResponse } from 'node:http';

import { describe, expect, it } from 'vitest';

import { FakeClock } from '@signalbox/testkit';

import { Backend } from './backend.ts';
import { FakeRegistry } from './fake-registry.ts';
import { startHarness } from './harness.ts';
import { RawClient } from './raw-client.ts';

const to = (service: string) => ({ all: { backendRefs: [{ name: service }] } });
const GET = 'GET / HTTP/1.1\r\nHost: a\r\n\r\n';

async function statusOf(url: string): Promise<number> {
  const response = await fetch(url);
  await response.body?.cancel();
  return response.status;
}

describe('new routes', () => {
  it('take over without a request being dropped', async () => {
    await using blue = await Backend.start((_request, response) => response.end('blue'));
    await using green = await Backend.start((_request, response) => response.end('green'));
    await using gateway = await startHarness({
      routes: to('blue'),
      services: { blue: [blue.port], green: [green.port] },
    });
    const answers: string[] = [];
    const isDone = { value: false };
    const stream = async () => {
      while (!isDone.value) {
        const response = await fetch(gateway.url);
        answers.push(`${response.status} ${await response.text()}`);
      }
    };
    const streams = [stream(), stream(), stream(), stream()];

    for (let i = 0; i < 20; i++) {
      await gateway.config.push(to(i % 2 === 0 ? 'green' : 'blue'));
      await (await fetch(gateway.url)).text();
    }
    isDone.value = true;
    await Promise.all(streams);

    expect(new Set(answers)).toEqual(new Set(['200 blue', '200 green']));
    expect(gateway.registry.watched).toEqual(['blue']);
  });

  it('leave a request that is under way on the old ones', async () => {
    const asked = Promise.withResolvers<ServerResponse>();
    await using blue = await Backend.start((_request, response) => {
      asked.resolve(response);
    });
    await using green = await Backend.start((_request, response) => response.end('green'));
    await using gateway = await startHarness({
      routes: to('blue'),
      services: { blue: [blue.port], green: [green.port] },
    });
    const underWay = fetch(gateway.url);
    const response = await asked.promise;

    await gateway.config.push(to('green'));
    const next = await (await fetch(gateway.url)).text();
    response.end('blue');

    expect(next).toBe('green');
    expect(await (await underWay).text()).toBe('blue');
  });

  it('wait a moment for the instances of a service that no route led to before', async () => {
    const clock = new FakeClock();
    await using blue = await Backend.start((_request, response) => response.end('blue'));
    await using gateway = await startHarness({ routes: to('blue'), services: { blue: [blue.port] }, clock });
    gateway.registry.goAway();

    const applied = gateway.config.push(to('green'));
    const meanwhile = await fetch(gateway.url);
    await meanwhile.text();
    await clock.advance(1_000);
    await applied;

    expect(meanwhile.headers.get('signalbox-route')).toBe('all; instance=blue-1');
    expect(await statusOf(gateway.url)).toBe(503);
  });

  it('share requests by weight, each share its own 503', async () => {
    await using blue = await Backend.start((_request, response) => response.end('blue'));
    const routes = {
      all: {
        backendRefs: [
          { name: 'blue', weight: 7 },
          { name: 'green', weight: 3 },
          { name: 'red', weight: 0 },
        ],
      },
    };
    await using gateway = await startHarness({ routes, services: { blue: [blue.port] } });

    const statuses = [];
    for (let i = 0; i < 20; i++) {
      statuses.push(await statusOf(gateway.url));
    }

    expect(statuses.filter((status) => status === 200)).toHaveLength(14);
    expect(statuses.filter((status) => status === 503)).toHaveLength(6);
  });
});

describe('an instance that goes', () => {
  it('finishes what it was asked and gets nothing more', async () => {
    const asked = Promise.withResolvers<ServerResponse>();
    await using leaving = await Backend.start((_request, response) => {
      asked.resolve(response);
    });
    await using staying = await Backend.start((_request, response) => response.end('staying'));
    await using gateway = await startHarness({ services: { orders: [leaving.port] } });
    const underWay = fetch(gateway.url);
    const response = await asked.promise;

    gateway.registry.set('orders', [
      { id: 'leaving', port: leaving.port, status: 'draining' },
      { id: 'staying', port: staying.port },
    ]);
    const answers = [await (await fetch(gateway.url)).text(), await (await fetch(gateway.url)).text()];
    response.end('finished');

    expect(answers).toEqual(['staying', 'staying']);
    expect(await (await underWay).text()).toBe('finished');
  });

  it('gets requests again at its new address', async () => {
    await using before = await Backend.start((_request, response) => response.end('before'));
    await using after = await Backend.start((_request, response) => response.end('after'));
    await using gateway = await startHarness({ services: { orders: [before.port] } });
    const first = await (await fetch(gateway.url)).text();

    gateway.registry.set('orders', [{ id: 'orders-1', port: after.port }]);

    expect([first, await (await fetch(gateway.url)).text()]).toEqual(['before', 'after']);
  });

  it('counts by its weight among others', async () => {
    await using light = await Backend.start((_request, response) => response.end('light'));
    await using heavy = await Backend.start((_request, response) => response.end('heavy'));
    await using gateway = await startHarness();
    gateway.registry.set('orders', [
      { port: light.port, weight: 1 },
      { port: heavy.port, weight: 3 },
    ]);

    const answers = [];
    for (let i = 0; i < 8; i++) {
      answers.push(await (await fetch(gateway.url)).text());
    }

    expect(answers.filter((answer) => answer === 'light')).toHaveLength(2);
  });
});

describe('the start', () => {
  it('is ready once there are routes and the registry has answered', async () => {
    const clock = new FakeClock();
    const registry = new FakeRegistry();
    const connecting = Promise.withResolvers<undefined>();
    await using orders = await Backend.start((_request, response) => response.end('ok'));
    registry.set('orders', [{ port: orders.port }]);
    registry.goAway();
    await using gateway = await startHarness({
      clock,
      registry,
      connect: async (config) => {
        await connecting.promise;
        return config.connection();
      },
    });
    const ready = () => statusOf(`${gateway.adminUrl}/health/ready`);
    await clock.advance(300);
    const before = [await ready(), await statusOf(gateway.url), await statusOf(`${gateway.adminUrl}/health/live`)];

    connecting.resolve(undefined);
    await clock.advance(2_000);
    const withRoutes = [await ready(), await statusOf(gateway.url)];
    registry.comeBack();
    await clock.advance(300);

    expect(before).toEqual([503, 503, 200]);
    expect(withRoutes).toEqual([503, 503]);
    expect([await ready(), await statusOf(gateway.url)]).toEqual([200, 200]);
  });

  it('goes on trying while there is no configuration, and says why once', async () => {
    const clock = new FakeClock();
    let tries = 0;
    await using orders = await Backend.start((_request, response) => response.end('ok'));
    await using gateway = await startHarness({
      clock,
      services: { orders: [orders.port] },
      connect: (config) => {
        tries += 1;
        return tries < 4 ? Promise.reject(new Error('nobody there')) : Promise.resolve(config.connection());
      },
    });

    await clock.advance(3_500);

    expect(await (await fetch(gateway.url)).text()).toBe('ok');
    expect(gateway.lines.filter(({ reason }) => reason === 'nobody there')).toHaveLength(1);
  });

  it('tells in one line that its port is taken', async () => {
    await using other = await Backend.start((_request, response) => response.end());

    await expect(startHarness({ settings: { SIGNALBOX_PORT: String(other.port) } })).rejects.toThrow(
      `port ${other.port} on 127.0.0.1 is taken`,
    );
  });
});

describe('the end', () => {
  it('answers what is under way, says that the connection ends, and takes no more', async () => {
    const asked = Promise.withResolvers<ServerResponse>();
    await using orders = await Backend.start((_request, response) => {
      asked.resolve(response);
    });
    await using gateway = await startHarness({
      services: { orders: [orders.port] },
      settings: { SIGNALBOX_DRAIN_TIMEOUT_MS: '10000' },
    });
    using client = new RawClient(gateway.port);
    client.send(GET);
    const response = await asked.promise;

    const closed = gateway.gateway.close();
    const refused = await fetch(gateway.url).catch((error: unknown) => error);
    const readiness = await statusOf(`${gateway.adminUrl}/health/ready`);
    response.end('last');
    const answer = await client.untilClosed();
    await closed;

    expect(refused).toBeInstanceOf(TypeError);
    expect(readiness).toBe(503);
    expect(answer).toContain('Connection: close');
    expect(answer).toContain('last');
    expect(client.error).toBeUndefined();
  });

  it('answers a request that comes over an open connection, and closes that', async () => {
    await using orders = await Backend.start((_request, response) => response.end('ok'));
    await using gateway = await startHarness({
      services: { orders: [orders.port] },
      settings: { SIGNALBOX_DRAIN_TIMEOUT_MS: '10000' },
    });
    using client = new RawClient(gateway.port);
    await client.send(GET).until('ok');

    const closed = gateway.gateway.close();
    const answers = await client.send(GET).untilClosed();
    await closed;

    expect(answers.match(/HTTP\/1\.1 200/g)).toHaveLength(2);
    expect(answers).toContain('Connection: close');
  });

  it('lets a successor on the same port take new connections while what is under way is answered', async () => {
    const asked = Promise.withResolvers<ServerResponse>();
    await using orders = await Backend.start((request, response) => {
      if (request.url === '/slow') {
        asked.resolve(response);
      } else {
        response.end('ok');
      }
    });
    const services = { orders: [orders.port] };
    const settings = { SIGNALBOX_REUSE_PORT: 'true', SIGNALBOX_DRAIN_TIMEOUT_MS: '10000' };
    await using old = await startHarness({ services, settings });
    const underWay = fetch(`${old.url}/slow`);
    const response = await asked.promise;
    await using successor = await startHarness({
      services,
      settings: { ...settings, SIGNALBOX_PORT: String(old.port) },
    });

    const closed = old.gateway.close();
    const answers = [];
    for (let i = 0; i < 20; i++) {
      using client = new RawClient(successor.port);
      answers.push(await client.send('GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n').untilClosed());
    }
    response.end('slow');

    expect(answers.filter((answer) => !answer.endsWith('ok'))).toEqual([]);
    expect(await (await underWay).text()).toBe('slow');
    await closed;
  });

  it('leaves every connection to the one before it until it has routes', async () => {
    await using orders = await Backend.start((_request, response) => response.end('ok'));
    const services = { orders: [orders.port] };
    const settings = { SIGNALBOX_REUSE_PORT: 'true' };
    await using old = await startHarness({ services, settings });
    const configured = Promise.withResolvers<undefined>();

    const starting = startHarness({
      services,
      settings: { ...settings, SIGNALBOX_PORT: String(old.port) },
      connect: async (config) => {
        await configured.promise;
        return config.connection();
      },
    });
    const answers = new Set<string>();
    for (let i = 0; i < 200; i++) {
      using client = new RawClient(old.port);
      const answer = await client.send('GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n').untilClosed();
      answers.add(answer.slice(0, answer.indexOf('\r\n')));
    }
    configured.resolve(undefined);
    await using successor = await starting;

    expect([...answers]).toEqual(['HTTP/1.1 200 OK']);
    expect(successor.port).toBe(old.port);
  });

  it.each([
    ['a request', ''],
    ['an upgrade', 'Connection: Upgrade\r\nUpgrade: websocket\r\n'],
  ])('cuts off what is not done in time: %s', async (_what, fields) => {
    const clock = new FakeClock();
    const asked = Promise.withResolvers<undefined>();
    await using orders = await Backend.start(() => {
      asked.resolve(undefined);
    });
    await using gateway = await startHarness({
      clock,
      services: { orders: [orders.port] },
      settings: { SIGNALBOX_DRAIN_TIMEOUT_MS: '5000' },
    });
    using client = new RawClient(gateway.port);
    client.send(GET.replace('\r\n\r\n', `\r\n${fields}\r\n`));
    await asked.promise;

    const closed = gateway.gateway.close();
    await clock.advance(5_000);
    await closed;
    await client.untilClosed();

    expect(clock.sleeping).toBe(0);
  });
});
