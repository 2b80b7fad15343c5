import { describe, expect, it } from 'vitest';

import { FakeClock, FaultProxy, freePort } from '@signalbox/testkit';

import { ClosedError, RefusedError, UnreachableError } from '../src/index.ts';
import { FakeRegistry } from './fake-registry.ts';
import { Mailbox } from './mailbox.ts';
import { orders, registryAt } from './registry-at.ts';

const RENEW_MS = 10_000;
/** Longer than the first waits after a failure, shorter than any timeout. */
const RETRY_MS = 200;
const LONGEST_RETRY_MS = 5_000;

/** Remembers what it was asked to wait for. */
class RecordingClock extends FakeClock {
  readonly waits: number[] = [];

  override sleep(ms: number, signal?: AbortSignal): Promise<void> {
    this.waits.push(ms);
    return super.sleep(ms, signal);
  }
}

describe('an option of a RegistryClient', () => {
  it.each([
    [{ environment: 'a/b' }, /^environment must be 1 to 63 letters.* and is "a\/b"$/],
    [{ requestTimeoutMs: 0 }, 'requestTimeoutMs: must be from 1 to 2147483647, not 0'],
  ])('out of range is refused at construction: %j', (options, message) => {
    expect(() => registryAt('http://127.0.0.1:9', options)).toThrow(message);
  });
});

describe('registering', () => {
  it('tells the registry what the instance says of itself, and completes the rest', async () => {
    await using registry = await FakeRegistry.start();
    await using mine = registryAt(registry.url, { environment: 'production', token: 'secret' });

    const registration = await mine.client.register({
      service: 'orders',
      port: 4000,
      version: '1.2.3',
      configurationVersion: 'commit-1',
      tags: ['blue'],
      checks: [{ type: 'http', path: '/health/ready' }],
    });

    expect(registration.id).toMatch(/^orders-.+-[0-9a-f]{8}$/);
    expect(registry.get(registration.id)).toMatchObject({
      service: 'orders',
      address: '127.0.0.1',
      port: 4000,
      environment: 'production',
      version: '1.2.3',
      configurationVersion: 'commit-1',
      tags: ['blue'],
    });
    expect([...registry.authorizations]).toEqual(['Bearer secret']);
  });

  it('gives the address that it is told to', async () => {
    await using registry = await FakeRegistry.start();
    await using mine = registryAt(registry.url);

    await mine.client.register({ ...orders, address: 'orders.internal' });

    expect(registry.get('orders-1')).toMatchObject({ address: 'orders.internal', environment: 'default' });
  });

  it('goes on until the registry is there', async () => {
    await using registry = await FakeRegistry.start();
    await using proxy = await FaultProxy.start(registry);
    proxy.refuse();
    await using mine = registryAt(`http://127.0.0.1:${proxy.port}`);
    const registering = mine.client.register(orders);
    expect(await mine.problems.next()).toBeInstanceOf(UnreachableError);

    proxy.accept();
    await mine.clock.advance(RETRY_MS);

    await expect(registering).resolves.toMatchObject({ service: 'orders', id: 'orders-1' });
  });

  it('ends when its signal says so', async () => {
    await using mine = registryAt(`http://127.0.0.1:${await freePort()}`);
    const enough = new AbortController();
    const registering = mine.client.register(orders, enough.signal);
    await mine.problems.next();

    enough.abort(new Error('enough'));

    await expect(registering).rejects.toThrow('enough');
    expect(mine.clock.sleeping).toBe(0);
  });

  it('ends when the client is closed', async () => {
    const mine = registryAt(`http://127.0.0.1:${await freePort()}`);
    const registering = mine.client.register(orders);
    const ended = expect(registering).rejects.toThrow(ClosedError);
    await mine.problems.next();

    await mine.client.close();

    await ended;
    expect(() => mine.client.watch('orders')).toThrow('the registry client is closed');
  });

  it.each([
    [{ port: 0 }, /^port: .*, and is 0$/],
    [{ port: 65_536 }, /^port: .*65535.*, and is 65536$/],
    [{ weight: -1 }, /^weight: .*, and is -1$/],
    [{ ttlMs: 999 }, /^ttlMs: .*1000.*, and is 999$/],
    [{ ttlMs: null }, /^ttlMs: without a lease at least one check must speak for the instance, and is null$/],
    [{ tags: [''] }, /^tags\.0: .*, and is ""$/],
    [{ service: 'a b' }, /^service must be .* and is "a b"$/],
    [{ id: '' }, /^id must be .* and is ""$/],
    [{ environment: '..' }, /^environment must be .* and is "\.\."$/],
    [{ address: 'a b' }, /^address: must be an IP address or a host name, and is "a b"$/],
    [{ checks: [{ type: 'http' as const, path: 'health' }] }, /^checks\.0\.path: .*, and is "health"$/],
  ])('is refused at once where no registry would take it: %j', async (wrong, message) => {
    await using mine = registryAt('http://127.0.0.1:1');

    const registering = mine.client.register({ ...orders, ...wrong });

    await expect(registering).rejects.toThrow(RangeError);
    await expect(registering).rejects.toThrow(message);
  });

  it('fails where the registry refuses it, and leaves nothing to leave', async () => {
    await using registry = await FakeRegistry.start();
    registry.troubleWith(() => ({ status: 400, body: { code: 'request/invalid', detail: 'tags: too many' } }));
    await using mine = registryAt(registry.url);

    await expect(mine.client.register(orders)).rejects.toThrow(RefusedError);

    expect(registry.calls.size).toBe(0);
    expect(mine.clock.sleeping).toBe(0);
  });
});

describe('a registration', () => {
  it('is renewed at a third of its TTL', async () => {
    await using registry = await FakeRegistry.start();
    await using mine = registryAt(registry.url);
    await mine.client.register({ ...orders, configurationVersion: 'commit-1' });
    await registry.calls.next();

    await mine.clock.advance(RENEW_MS);

    expect(await registry.calls.next()).toEqual({
      did: 'PUT /lease',
      id: 'orders-1',
      body: { configurationVersion: 'commit-1' },
    });
  });

  it('is made again when the registry does not know it any more', async () => {
    await using registry = await FakeRegistry.start();
    await using mine = registryAt(registry.url);
    await mine.client.register(orders);
    await registry.calls.next();
    registry.remove('orders-1');

    await mine.clock.advance(RENEW_MS);

    expect(await registry.calls.next()).toMatchObject({ did: 'PUT /lease' });
    expect(await registry.calls.next()).toMatchObject({ did: 'PUT', body: { port: 4000 } });
    expect(mine.problems.size).toBe(0);
  });

  it('is made again when the registry was restarted, even with what it knew', async () => {
    await using registry = await FakeRegistry.start();
    await using mine = registryAt(registry.url);
    await mine.client.register(orders);
    await registry.calls.next();
    registry.restart({ knowing: 'all' });

    await mine.clock.advance(RENEW_MS);

    expect(await registry.calls.next()).toMatchObject({ did: 'PUT /lease' });
    expect(await registry.calls.next()).toMatchObject({ did: 'PUT' });
  });

  it('without a lease is repeated', async () => {
    await using registry = await FakeRegistry.start();
    await using mine = registryAt(registry.url);
    await mine.client.register({ ...orders, ttlMs: null, checks: [{ type: 'tcp' }] });
    await registry.calls.next();

    await mine.clock.advance(60_000);

    expect(await registry.calls.next()).toMatchObject({ did: 'PUT' });
  });

  it('survives an outage of the registry, which is told once', async () => {
    await using registry = await FakeRegistry.start();
    await using proxy = await FaultProxy.start(registry);
    await using mine = registryAt(`http://127.0.0.1:${proxy.port}`, { requestTimeoutMs: 60_000 });
    await mine.client.register(orders);
    await registry.calls.next();
    proxy.refuse();
    proxy.cut();
    await mine.clock.advance(RENEW_MS);
    expect(await mine.problems.next()).toBeInstanceOf(UnreachableError);

    proxy.accept();
    await mine.clock.advance(LONGEST_RETRY_MS);

    expect(await registry.calls.next()).toMatchObject({ did: 'PUT /lease' });
    expect(mine.problems.size).toBe(0);
  });

  it('is tried again as often as it is renewed, however long the registry is away', async () => {
    await using registry = await FakeRegistry.start();
    const clock = new RecordingClock();
    await using mine = registryAt(registry.url, { clock, requestTimeoutMs: 900 });
    await mine.client.register({ ...orders, ttlMs: 3_000 });
    const asked = new Mailbox<string>();
    registry.troubleWith(({ path }) => {
      asked.put(path);
      return { status: 503 };
    });

    for (let attempt = 0; attempt < 12; attempt++) {
      while (asked.size === 0) {
        await clock.advance(1_000);
      }
      await asked.next();
    }

    expect(Math.max(...clock.waits)).toBeLessThanOrEqual(1_000);
  });

  it('survives a registry that hangs', async () => {
    await using registry = await FakeRegistry.start();
    await using proxy = await FaultProxy.start(registry);
    await using mine = registryAt(`http://127.0.0.1:${proxy.port}`);
    await mine.client.register(orders);
    await registry.calls.next();
    proxy.pause('toClient');
    await mine.clock.advance(RENEW_MS);
    await mine.clock.advance(5_000);
    expect(await mine.problems.next()).toMatchObject({
      message: expect.stringContaining('not done within 5000 ms') as string,
    });

    proxy.resume();
    await mine.clock.advance(RETRY_MS);

    expect(await registry.calls.next()).toMatchObject({ did: 'PUT /lease' });
    expect(await registry.calls.next()).toMatchObject({ did: 'PUT /lease' });
  });

  it('tells another configuration version with a renewal', async () => {
    await using registry = await FakeRegistry.start();
    await using mine = registryAt(registry.url);
    const registration = await mine.client.register({ ...orders, configurationVersion: 'commit-1' });
    await registry.calls.next();

    expect(await registration.update({ configurationVersion: 'commit-2' })).toBe(true);

    expect(await registry.calls.next()).toMatchObject({
      did: 'PUT /lease',
      body: { configurationVersion: 'commit-2' },
    });
  });

  it('is replaced by an update of anything else, which keeps what it does not name', async () => {
    await using registry = await FakeRegistry.start();
    await using mine = registryAt(registry.url);
    const registration = await mine.client.register({ ...orders, tags: ['blue'], configurationVersion: 'commit-1' });

    await registration.update({ meta: { colour: 'green' } });

    expect(registry.get('orders-1')).toMatchObject({
      port: 4000,
      tags: ['blue'],
      meta: { colour: 'green' },
      configurationVersion: 'commit-1',
    });
  });

  it('takes an update back that the registry refuses, and stays', async () => {
    await using registry = await FakeRegistry.start();
    await using mine = registryAt(registry.url);
    const registration = await mine.client.register(orders);
    registry.troubleWith(({ path }) => (path.endsWith('/lease') ? undefined : { status: 400 }));
    await registry.calls.next();

    expect(await registration.update({ weight: 5 })).toBe(false);
    expect(await mine.problems.next()).toBeInstanceOf(RefusedError);
    await mine.clock.advance(RETRY_MS);

    expect(await registry.calls.next()).toMatchObject({ did: 'PUT /lease' });
  });

  it('that drains says so, and says so again to a registry that lost it', async () => {
    await using registry = await FakeRegistry.start();
    await using mine = registryAt(registry.url);
    const registration = await mine.client.register(orders);
    await registration.drain();
    expect(registry.get('orders-1')?.status).toBe('draining');
    await registry.calls.next();
    await registry.calls.next();
    await registry.calls.next();
    registry.remove('orders-1');

    await mine.clock.advance(RENEW_MS);

    expect(await registry.calls.next()).toMatchObject({ did: 'PUT /lease' });
    expect(await registry.calls.next()).toMatchObject({ did: 'PUT' });
    expect(await registry.calls.next()).toMatchObject({ did: 'PUT /status', body: { status: 'draining' } });
  });
});
