import { describe, expect, it } from 'vitest';

import { FakeClock, temporaryDirectory } from '@signalbox/testkit';

import { RunningRegistry } from './running-registry.ts';

/** The registry's own figures as they are scraped, by name and labels. */
async function scrape(registry: RunningRegistry): Promise<Readonly<Record<string, number>>> {
  const response = await fetch(`${registry.url}/metrics`);
  const lines = (await response.text()).matchAll(/^signalbox_registry_(\S+) (\S+)$/gm);
  return Object.fromEntries(lines.map(([, name = '', value]) => [name, Number(value)]));
}

describe('metrics', () => {
  it('count services, instances by status, leases and the revision', async () => {
    await using directory = await temporaryDirectory();
    await using registry = await RunningRegistry.start({ dataDir: directory.path });
    await registry.register('o1');
    await registry.register('o2');
    await registry.register('w1', {}, 'web');
    const draining = { body: { status: 'draining' } };
    await registry.ask('PUT', '/api/v1/services/web/instances/w1/status', draining);
    const { revision } = await registry.list('web');

    expect(await scrape(registry)).toMatchObject({
      services: 2,
      'instances{status="up"}': 2,
      'instances{status="draining"}': 1,
      'instances{status="down"}': 0,
      leases: 3,
      revision,
    });
  });

  it('count renewals one by one and together, and leases that lapsed', async () => {
    await using directory = await temporaryDirectory();
    const clock = new FakeClock(0);
    await using registry = await RunningRegistry.start({ dataDir: directory.path }, clock);
    await registry.register('o1');
    await registry.register('o2');
    await registry.ask('PUT', '/api/v1/services/orders/instances/o1/lease');
    const both = ['o1', 'o2'].map((id) => ({ service: 'orders', id }));
    await registry.ask('POST', '/api/v1/leases/renew', { body: { instances: both } });

    expect(await scrape(registry)).toMatchObject({ lease_renewals_total: 3, leases_lapsed_total: 0, leases: 2 });

    await clock.advance(31_000);

    expect(await scrape(registry)).toMatchObject({ lease_renewals_total: 3, leases_lapsed_total: 2, leases: 0 });
  });

  it('tell watches over sockets from long polls', async () => {
    await using directory = await temporaryDirectory();
    await using registry = await RunningRegistry.start({ dataDir: directory.path });
    using watcher = await registry.watch();
    for (const service of ['orders', 'web']) {
      watcher.say({ type: 'watch', service });
      await watcher.next();
    }

    expect(await scrape(registry)).toMatchObject({
      'watchers{kind="socket"}': 2,
      'watchers{kind="long-poll"}': 0,
    });

    watcher.say({ type: 'unwatch', service: 'web' });
    watcher.say({ type: 'watch', service: 'orders' });
    await watcher.next();

    expect(await scrape(registry)).toMatchObject({ 'watchers{kind="socket"}': 1 });
  });
});
