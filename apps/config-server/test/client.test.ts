import { describe, expect, it } from 'vitest';
import * as z from 'zod';

import { ConfigClient } from '@signalbox/client';

import { proxyWithoutUpgrade } from './proxy-without-upgrade.ts';
import { SHOP, type StartedApp, startShop } from './start-app.ts';

const PAIR = { service: 'orders', env: 'production', instanceId: 'orders-1' };
const schema = z.object({ db: z.object({ poolSize: z.int().max(50) }) });

function setPoolSize(app: StartedApp, poolSize: number): Promise<Response> {
  return app.update({ service: 'orders', environment: 'production', set: { 'db.poolSize': poolSize } });
}

/** Resolves with what the server lists of its one instance, once that is so. */
async function untilListed(app: StartedApp, holds: (instance: Record<string, unknown>) => boolean) {
  for (;;) {
    const { instances } = (await (await app.get('/admin/instances')).json()) as {
      instances: Record<string, unknown>[];
    };
    const [instance] = instances;
    if (instance !== undefined && holds(instance)) {
      return instance;
    }
  }
}

function nextChange(client: ConfigClient<z.infer<typeof schema>>): Promise<number> {
  const { promise, resolve } = Promise.withResolvers<number>();
  client.onChange(({ current }) => {
    resolve(current.db.poolSize);
  });
  return promise;
}

describe.each(['over a socket', 'through a proxy that strips Upgrade'])('a client %s', (way) => {
  async function connected(app: StartedApp) {
    const proxy = await proxyWithoutUpgrade(app.url);
    const url = way === 'over a socket' ? app.url : proxy.url;
    const client = await ConfigClient.connect({ url, ...PAIR, schema });
    return {
      client,
      async [Symbol.asyncDispose]() {
        await client.close();
        await proxy[Symbol.asyncDispose]();
      },
    };
  }

  it('is told of a change, and the server of what became of it', async () => {
    await using app = await startShop();
    await using orders = await connected(app);
    await untilListed(app, ({ applied }) => applied === orders.client.etag);
    const changed = nextChange(orders.client);

    const update = (await (await setPoolSize(app, 30)).json()) as { instances: unknown };

    expect(await changed).toBe(30);
    expect(update.instances).toEqual([{ service: 'orders', environment: 'production', instanceId: 'orders-1' }]);
    await untilListed(app, ({ served, applied }) => applied === served && served === orders.client.etag);
  });

  it('rejects what its schema refuses, and goes on with what it had', async () => {
    await using app = await startShop();
    await using orders = await connected(app);
    await untilListed(app, ({ applied }) => applied !== undefined);

    await setPoolSize(app, 70);

    const { rejected } = await untilListed(app, (instance) => instance['rejected'] !== undefined);
    expect(rejected).toMatchObject({ reason: expect.stringContaining('db.poolSize') as string });
    expect(orders.client.current.db.poolSize).toBe(20);
  });
});

describe('a group', () => {
  it('that a service imports under a prefix falls back to what is common to all', async () => {
    await using app = await startShop({
      ...SHOP,
      'common/default.yaml': 'timeout: 30\n',
      'database/default.env': 'HOST=db-1\nPOOL_SIZE=20\n',
      'orders/service.yaml': 'imports: [{ group: database, prefix: database }]\n',
    });
    await using config = await ConfigClient.connect({ url: app.url, ...PAIR });

    const database = config.group('database');

    expect([database.get('HOST'), database.getInt('POOL_SIZE'), database.getInt('timeout')]).toEqual(['db-1', 20, 30]);
  });
});
