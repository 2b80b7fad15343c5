import { join } from 'node:path';
import { expect, it } from 'vitest';

import { Platform } from '../src/platform.ts';

const SEED = join(import.meta.dirname, '..', '..', '..', 'docker', 'kubernetes', 'base', 'seed');

it.each(['development', 'staging', 'production'])(
  'the first configuration on Kubernetes leads through the gateway to the shop in %s',
  async (environment) => {
    await using platform = await Platform.start({
      launch: { environment, settings: { 'config-server': { SIGNALBOX_SEED_DIR: SEED } } },
    });

    expect(await platform.getJson('gateway', '/api/orders')).toMatchObject({
      greeting: expect.stringContaining('Welcome to Signalbox Outfitters') as string,
      orders: [{}, {}, {}],
    });
    expect(await platform.getJson('config', '/admin/problems')).toEqual({ problems: [] });
  },
);
