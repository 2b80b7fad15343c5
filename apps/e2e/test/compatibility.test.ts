import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';

import type { ConfigInstancesResponse } from '@signalbox/schemas';

import { ConfigClient, RegistryClient, type SignalboxError } from '@signalbox/client';

import { LaterReleaseProxy, type LaterSide } from '../src/compatibility/later-release-proxy.ts';
import { Platform } from '../src/platform.ts';
import { untilShown } from '../src/until-shown.ts';

const SIDES: readonly { readonly later: LaterSide }[] = [{ later: 'client' }, { later: 'server' }];

let platform: Platform;

beforeAll(async () => {
  platform = await Platform.start({ instances: () => [] });
}, 60_000);

afterAll(async () => {
  await platform[Symbol.asyncDispose]();
});

async function setGreeting(greeting: string): Promise<void> {
  const { status } = await platform.update({ service: 'orders', environment: 'production', set: { greeting } });
  expect(status).toBe(200);
}

describe.each(SIDES)('where the $later is of a later release and says more than the other knows', ({ later }) => {
  it('configuration is read, pushed, applied and rejected', async () => {
    await setGreeting('Welcome');
    await using proxy = await LaterReleaseProxy.start(platform.url('config'), later);
    const problems: SignalboxError[] = [];
    await using config = await ConfigClient.connect({
      url: proxy.url,
      service: 'orders',
      env: 'production',
      instanceId: `orders-${later}`,
      schema: z.object({ greeting: z.string().max(40) }),
      onProblem: (problem) => problems.push(problem),
    });
    const changed = Promise.withResolvers<string>();
    config.onChange(({ current }) => {
      changed.resolve(current.greeting);
    });

    await setGreeting(`From ${later}`);
    expect(await changed.promise).toBe(`From ${later}`);
    await setGreeting('A greeting that is longer than forty characters');
    await platform.logged(new RegExp(`"orders-${later}".*configuration rejected by an instance`));

    const { instances } = await platform.getJson<ConfigInstancesResponse>('config', '/admin/instances');
    expect(instances).toMatchObject([
      {
        instanceId: `orders-${later}`,
        applied: config.etag,
        rejected: { reason: expect.stringContaining('greeting') as string },
      },
    ]);
    expect(problems.map(({ code }) => code)).toEqual(['SIGNALBOX_CONFIG_INVALID']);
    expect(proxy.rewritten).toBeGreaterThan(1);
  });

  it('an instance is registered, seen, renewed, drained and gone', async () => {
    await using proxy = await LaterReleaseProxy.start(platform.url('registry'), later);
    const problems: SignalboxError[] = [];
    await using registry = new RegistryClient({ url: proxy.url, onProblem: (problem) => problems.push(problem) });
    const watch = registry.watch('parcels');
    await watch.ready;

    const registration = await registry.register({ service: 'parcels', id: `parcels-${later}`, port: 4000 });
    await untilShown(watch, ([instance]) => instance?.status === 'up');
    expect(await registration.update({ configurationVersion: 'c0ffee' })).toBe(true);
    await untilShown(watch, ([instance]) => instance?.configurationVersion === 'c0ffee');
    expect((await registry.discover('parcels')).instances).toMatchObject([{ id: `parcels-${later}` }]);
    expect(await registration.drain()).toBe(true);
    await untilShown(watch, ([instance]) => instance?.status === 'draining');
    await registration.close();
    await untilShown(watch, (instances) => instances.length === 0);

    expect(problems).toEqual([]);
    expect(proxy.rewritten).toBeGreaterThan(1);
  });
});
