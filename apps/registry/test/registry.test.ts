import type { AddressInfo } from 'node:net';

import { once } from 'node:events';
import { createServer } from 'node:http';
import { describe, expect, it } from 'vitest';

import { FakeClock, temporaryDirectory } from '@signalbox/testkit';

import { RunningRegistry } from './running-registry.ts';

async function aRegistry(clock?: FakeClock) {
  const directory = await temporaryDirectory();
  const registry = await RunningRegistry.start({ dataDir: directory.path }, clock);
  return Object.assign(registry, {
    async [Symbol.asyncDispose]() {
      await registry.close();
      await directory[Symbol.asyncDispose]();
    },
  });
}

const path = '/api/v1/services/orders/instances/o1';

describe('registering', () => {
  it('answers 201 with a lease and a revision, then 200', async () => {
    await using registry = await aRegistry();

    const first = await registry.register('o1');
    const again = await registry.register('o1');

    expect(first).toMatchObject({
      status: 201,
      body: { service: 'orders', id: 'o1', lease: { ttlMs: 30_000, renewEveryMs: 10_000 } },
    });
    expect(again).toMatchObject({ status: 200, body: first.body });
  });

  it('shows an instance with every field that it gave, and the defaults of the others', async () => {
    await using registry = await aRegistry();
    const given = {
      tags: ['a'],
      meta: { rack: '7' },
      weight: 3,
      region: 'eu',
      zone: 'z1',
      version: '2',
      environment: 'test',
    };
    await registry.register('o1', { ...given, configurationVersion: 'abc', scheme: 'grpc' });
    await registry.register('o2');

    const { instances } = await registry.list();

    expect(instances[0]).toMatchObject({ ...given, configurationVersion: 'abc', scheme: 'grpc', status: 'up' });
    expect(instances[1]).toMatchObject({
      id: 'o2',
      environment: 'default',
      scheme: 'http',
      tags: [],
      meta: {},
      weight: 1,
    });
  });

  it.each([
    ['a port out of range', 'o1', { port: 65_536 }],
    ['an address with control characters', 'o1', { address: 'a\r\nb' }],
    ['an address that is none', 'o1', { address: 'http://a' }],
    ['a name with a space', 'o%201', {}],
    ['a name that climbs', '..%2Fo1', {}],
    ['a TTL below a second', 'o1', { ttlMs: 999 }],
    ['no lease and no check', 'o1', { ttlMs: null }],
    ['two checks of one name', 'o1', { checks: [{ type: 'tcp' }, { type: 'tcp' }] }],
  ])('refuses %s with 400', async (_name, id, over) => {
    await using registry = await aRegistry();

    expect(await registry.register(id, over)).toMatchObject({ status: 400, body: { code: 'request/invalid' } });
  });

  it('takes a registration with fields that it does not know, and names them', async () => {
    await using registry = await aRegistry();

    const unknown = {
      ttl: 5_000,
      ...Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`${'x'.repeat(100)}${i}`, i])),
    };
    const { status, body } = await registry.register('o1', unknown);

    expect(status).toBe(201);
    expect(body).toMatchObject({ lease: { ttlMs: 30_000 } });
    expect((body as { ignored: string[] }).ignored).toEqual([
      'ttl',
      ...Array.from({ length: 15 }, () => 'x'.repeat(64)),
    ]);
    expect(await registry.register('o2')).not.toHaveProperty('body.ignored');
  });

  it('refuses checks of an address that it may not reach', async () => {
    await using registry = await aRegistry();

    expect(await registry.register('o1', { address: '169.254.169.254', checks: [{ type: 'tcp' }] })).toMatchObject({
      status: 422,
      body: { code: 'registry/check-address-refused', detail: /169\.254\.169\.254/ },
    });
  });

  it('removes an instance that deregisters, and says 404 the second time', async () => {
    await using registry = await aRegistry();
    await registry.register('o1');

    expect(await registry.ask('DELETE', path)).toMatchObject({ status: 204 });
    expect(await registry.ask('DELETE', path)).toMatchObject({
      status: 404,
      body: { code: 'registry/unknown-instance' },
    });
    expect((await registry.list()).instances).toEqual([]);
  });
});

describe('leases', () => {
  it('are renewed by a client that says more than is known', async () => {
    await using registry = await aRegistry();
    await registry.register('o1');

    const one = await registry.ask('PUT', `${path}/lease`, { body: { load: 0.5 } });
    const instances = [{ service: 'orders', id: 'o1', load: 0.5 }];
    const many = await registry.ask('POST', '/api/v1/leases/renew', { body: { instances, load: 0.5 } });

    expect(one.status).toBe(200);
    expect(many).toMatchObject({ status: 200, body: { renewed: 1 } });
  });

  it('lets an instance go that does not renew, and keeps one that does', async () => {
    const clock = new FakeClock();
    await using registry = await aRegistry(clock);
    await registry.register('o1');
    await registry.register('o2');

    await clock.advance(20_000);
    const renewal = await registry.ask('PUT', `${path}/lease`);
    await clock.advance(15_000);

    expect(renewal).toMatchObject({ status: 200, body: { ttlMs: 30_000, renewEveryMs: 10_000 } });
    expect((await registry.list()).instances).toMatchObject([{ id: 'o1' }]);
    expect(await registry.ask('PUT', '/api/v1/services/orders/instances/o2/lease')).toMatchObject({
      status: 404,
      body: { code: 'registry/unknown-instance' },
    });
  });

  it('renews many at once and names those that must register again', async () => {
    const clock = new FakeClock();
    await using registry = await aRegistry(clock);
    await registry.register('o1');
    await clock.advance(20_000);

    const { body } = await registry.ask('POST', '/api/v1/leases/renew', {
      body: {
        instances: [
          { service: 'orders', id: 'o1' },
          { service: 'orders', id: 'gone' },
        ],
      },
    });
    await clock.advance(20_000);

    expect(body).toMatchObject({ renewed: 1, unknown: [{ service: 'orders', id: 'gone' }] });
    expect((await registry.list()).instances).toHaveLength(1);
  });

  it('counts a renewal as no change, and a new configuration version as one', async () => {
    await using registry = await aRegistry();
    await registry.register('o1');
    const { revision } = await registry.list();

    await registry.ask('PUT', `${path}/lease`, { body: {} });
    expect((await registry.list()).revision).toBe(revision);
    await registry.ask('PUT', `${path}/lease`, { body: { configurationVersion: 'abc' } });
    expect(await registry.list()).toMatchObject({
      revision: revision + 1,
      instances: [{ configurationVersion: 'abc' }],
    });
  });

  it('has no lease to renew of an instance that a check speaks for', async () => {
    await using registry = await aRegistry();
    const { body } = await registry.register('o1', { ttlMs: null, checks: [{ type: 'tcp' }] });

    expect(body).toMatchObject({ lease: null });
    expect(await registry.ask('PUT', `${path}/lease`)).toMatchObject({
      status: 409,
      body: { code: 'registry/no-lease' },
    });
  });
});

describe('checks', () => {
  it('names what was given no name by what it asks', async () => {
    await using registry = await aRegistry();
    const checks = [
      { type: 'tcp' },
      { type: 'http', path: '/ready' },
      { type: 'grpc' },
      { type: 'grpc', service: 'shop.Orders' },
    ];
    await registry.register('o1', { checks });

    const names = (await registry.list()).instances[0]?.checks.map(({ name }) => name);

    expect(names).toEqual(['tcp', 'http /ready', 'grpc', 'grpc shop.Orders']);
  });

  it('makes an instance up once its check passes, and down when it fails', async () => {
    const clock = new FakeClock();
    await using registry = await aRegistry(clock);
    await using target = await aTarget();
    const check = { type: 'http', path: '/ready', intervalMs: 1_000, failureThreshold: 2 };
    await registry.register('o1', { port: target.port, ttlMs: null, checks: [check] });
    const statusWhen = async (status: string) => {
      let instances = (await registry.list()).instances;
      while (instances[0]?.status !== status) {
        await clock.advance(100);
        ({ instances } = await registry.list());
      }
      return instances[0];
    };

    expect((await registry.list()).instances).toMatchObject([{ status: 'starting' }]);
    expect(await statusWhen('up')).toMatchObject({ checks: [{ name: 'http /ready', status: 'pass' }] });
    target.status = 503;
    expect(await statusWhen('down')).toMatchObject({ checks: [{ name: 'http /ready', status: 'fail' }] });
    expect((await registry.list('orders', '?healthy=true')).instances).toEqual([]);
  });
});

describe('status', () => {
  it('obeys an operator, and forgets when told to', async () => {
    await using registry = await aRegistry();
    await registry.register('o1');

    expect(await registry.ask('PUT', `${path}/status`, { body: { status: 'out-of-service' } })).toMatchObject({
      status: 200,
      body: { id: 'o1', status: 'out-of-service', override: 'out-of-service' },
    });
    expect((await registry.list('orders', '?healthy=true')).instances).toEqual([]);
    expect(await registry.ask('DELETE', `${path}/status`)).toMatchObject({ status: 204 });
    const [instance] = (await registry.list('orders', '?healthy=true')).instances;
    expect(instance).toMatchObject({ id: 'o1', status: 'up' });
    expect(instance).not.toHaveProperty('override');
  });

  it('tells that it is an operator who says what holds anyway', async () => {
    await using registry = await aRegistry();
    await registry.register('o1');
    const { revision } = await registry.list();

    await registry.ask('PUT', `${path}/status`, { body: { status: 'up' } });

    const told = await registry.list('orders', `?revision=${revision}&wait=1s`);
    expect(told.instances).toMatchObject([{ status: 'up', override: 'up' }]);
  });

  it('drains', async () => {
    await using registry = await aRegistry();
    await registry.register('o1');

    await registry.ask('PUT', `${path}/status`, { body: { status: 'draining' } });

    expect((await registry.list()).instances).toMatchObject([{ status: 'draining' }]);
  });
});

describe('finding', () => {
  it('filters by environment, tags, meta, zone and version', async () => {
    await using registry = await aRegistry();
    await registry.register('o1', {
      environment: 'test',
      tags: ['a', 'b'],
      meta: { 'x.y': '1' },
      zone: 'z',
      version: '1',
    });
    await registry.register('o2', { tags: ['a'] });
    const idsOf = async (query: string) => (await registry.list('orders', query)).instances.map(({ id }) => id);

    expect(await idsOf('?tag=a')).toEqual(['o1', 'o2']);
    expect(await idsOf('?tag=a&tag=b')).toEqual(['o1']);
    expect(await idsOf('?environment=test&meta.x.y=1&zone=z&version=1')).toEqual(['o1']);
    expect(await idsOf('?meta.x.y=2')).toEqual([]);
  });

  it('names a filter that it does not know', async () => {
    await using registry = await aRegistry();

    expect(await registry.ask('GET', '/api/v1/services/orders/instances?helthy=true')).toMatchObject({
      status: 400,
      body: { code: 'request/invalid', detail: /helthy/ },
    });
  });

  it('lists services with their instances counted', async () => {
    await using registry = await aRegistry();
    await registry.register('w1', {}, 'web');
    await registry.register('o1');

    expect((await registry.ask('GET', '/api/v1/services')).body).toMatchObject({
      services: [
        { name: 'orders', instances: 1, healthy: 1 },
        { name: 'web', instances: 1, healthy: 1 },
      ],
    });
  });

  it('answers an unknown service with an empty list and a revision to wait from', async () => {
    await using registry = await aRegistry();

    const { headers, body } = await registry.ask('GET', '/api/v1/services/nobody/instances');

    expect(body).toEqual({ revision: Number(headers.get('signalbox-revision')), instances: [] });
  });

  it('holds a long poll until its own service changes, even one that did not exist', async () => {
    await using registry = await aRegistry();
    const { revision } = await registry.list('inventory');
    const polling = registry.list('inventory', `?revision=${revision}&wait=30s`);

    await registry.register('o1');
    const early = await Promise.race([polling, registry.list().then(() => 'still waiting')]);
    await registry.register('i1', {}, 'inventory');

    expect(early).toBe('still waiting');
    expect((await polling).instances).toMatchObject([{ id: 'i1' }]);
  });

  it('answers a long poll at the end of its wait with the revision as it was', async () => {
    const clock = new FakeClock();
    await using registry = await aRegistry(clock);
    const { revision } = await registry.list();
    const sleepersBefore = clock.sleeping;
    const polling = registry.list('orders', `?revision=${revision}&wait=5s`);
    while (clock.sleeping === sleepersBefore) {
      await registry.list();
    }

    await clock.advance(5_000);

    expect(await polling).toEqual({ revision, instances: [] });
  });
});

describe('a body that is no JSON', () => {
  it.each(['text/plain', 'application/xml'])('is refused as %s', async (type) => {
    await using registry = await aRegistry();

    const answer = await fetch(`${registry.url}${path}`, {
      method: 'PUT',
      headers: { 'content-type': type },
      body: '',
    });

    expect(await answer.json()).toMatchObject({ status: 415, code: 'request/unsupported-media-type' });
  });
});

describe('stopping', () => {
  it('answers who waits and lets go of every socket', async () => {
    await using directory = await temporaryDirectory();
    const registry = await RunningRegistry.start({ dataDir: directory.path });
    const { revision } = await registry.list();
    const polling = registry.list('orders', `?revision=${revision}&wait=5m`);
    const watcher = await registry.watch();
    watcher.say({ type: 'watch', service: 'orders' });
    await watcher.next();

    await registry.close();

    expect(await polling).toEqual({ revision, instances: [] });
    expect(await watcher.closed).toBe(1_001);
  });
});

async function aTarget() {
  const target = { status: 200, port: 0 };
  const server = createServer((_request, response) => {
    response.writeHead(target.status).end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  target.port = (server.address() as AddressInfo).port; // a TCP server that listens has an AddressInfo
  return Object.assign(target, {
    async [Symbol.asyncDispose]() {
      server.close();
      await once(server, 'close');
    },
  });
}
