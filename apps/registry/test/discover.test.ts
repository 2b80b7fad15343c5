import { describe, expect, it } from 'vitest';

import { type DiscoverOptions, RegistryClient } from '@signalbox/client';
import { temporaryDirectory } from '@signalbox/testkit';

import { RunningRegistry } from './running-registry.ts';

describe('an SDK that discovers', () => {
  it('finds what all of its filters are true of, with the revision of that', async () => {
    await using directory = await temporaryDirectory();
    await using server = await RunningRegistry.start({ dataDir: directory.path });
    await using registry = new RegistryClient({ url: server.url });
    await server.register('o1', {
      tags: ['a', 'b&c'],
      meta: { rack: '7', 'no de': 'x=1' },
      zone: 'z1',
      version: '2+1',
    });
    await server.register('o2', { tags: ['a'], meta: { rack: '7' } });
    await server.register('o3', { environment: 'test' });
    await server.ask('PUT', '/api/v1/services/orders/instances/o2/status', { body: { status: 'out-of-service' } });
    const found = async (options?: DiscoverOptions) =>
      (await registry.discover('orders', options)).instances.map(({ id }) => id);

    expect(await found()).toEqual(['o1']);
    expect(await found({ healthy: false, tags: ['a'] })).toEqual(['o1', 'o2']);
    expect(
      await found({ tags: ['a', 'b&c'], meta: { rack: '7', 'no de': 'x=1' }, zone: 'z1', version: '2+1' }),
    ).toEqual(['o1']);
    expect(await found({ meta: { rack: '8' } })).toEqual([]);
    expect(await found({ environment: 'test' })).toEqual(['o3']);
    expect((await registry.discover('orders')).revision).toBe((await server.list()).revision);
  });

  it('is told of a filter out of range', async () => {
    await using directory = await temporaryDirectory();
    await using server = await RunningRegistry.start({ dataDir: directory.path });
    await using registry = new RegistryClient({ url: server.url });

    await expect(registry.discover('orders', { tags: [''] })).rejects.toMatchObject({ statusCode: 400 });
  });
});
