import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { systemClock } from '@signalbox/clock';

import { Platform } from '../src/platform.ts';
import { WorkingCopy } from '../src/working-copy.ts';

interface OrdersAnswer {
  readonly servedBy: string;
  readonly configurationVersion: string;
  readonly greeting: string;
  readonly maxItems: number;
  readonly products: { readonly servedBy: string };
}

let platform: Platform;

beforeAll(async () => {
  platform = await Platform.start();
}, 60_000);

afterAll(async () => {
  await platform[Symbol.asyncDispose]();
});

const orders = () => platform.getJson<OrdersAnswer>('gateway', '/api/orders');

describe('a request through the gateway', () => {
  it('goes to orders and on to products, and says which instances answered', async () => {
    const answer = await orders();

    expect(answer.servedBy).toMatch(/^orders-[12]$/);
    expect(answer.products.servedBy).toMatch(/^products-[12]$/);
  });

  it('reaches every instance of both services in turn', async () => {
    const answers = await Promise.all(Array.from({ length: 12 }, orders));

    expect(new Set(answers.map(({ servedBy }) => servedBy))).toEqual(new Set(['orders-1', 'orders-2']));
    expect(new Set(answers.map(({ products }) => products.servedBy))).toEqual(new Set(['products-1', 'products-2']));
  });

  it('is answered with a problem where no route leads', async () => {
    await platform.update({
      service: 'gateway',
      environment: 'production',
      set: { 'routes.web.hostnames': ['shop.test'] },
    });

    const response = await fetch(platform.url('gateway', '/nowhere'));

    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({ code: 'gateway/no-route' });
    await platform.update({ service: 'gateway', environment: 'production', unset: ['routes.web.hostnames'] });
  });
});

describe('a change of configuration', () => {
  it('made by POST /admin/update shows in the running services without a restart', async () => {
    const { status, body } = await platform.update({
      service: 'orders',
      environment: 'production',
      set: { greeting: 'Set by the admin API' },
    });

    expect(status).toBe(200);
    await platform.running('orders', String(body['version']));
    expect(await orders()).toMatchObject({ greeting: 'Set by the admin API', configurationVersion: body['version'] });
  });

  it('made by git push shows in the running services without a restart', async () => {
    await using copy = await WorkingCopy.clone(platform.repository);

    const version = await copy.push(
      { 'orders/production.yaml': 'maxItems: 77\ngreeting: Pushed\n' },
      'Raise the limit',
    );

    await platform.running('orders', version);
    expect(await orders()).toMatchObject({ greeting: 'Pushed', maxItems: 77, configurationVersion: version });
  });

  it('that breaks the schema is refused with the pointer, and nobody sees it', async () => {
    const before = await orders();

    const { status, body } = await platform.update({
      service: 'orders',
      environment: 'production',
      set: { maxItems: 'a lot' },
    });

    expect(status).toBe(422);
    expect(body).toMatchObject({ code: 'config/invalid', errors: [{ service: 'orders', pointer: '/maxItems' }] });
    expect((await orders()).configurationVersion).toBe(before.configurationVersion);
  });

  it('to the routes moves requests without dropping one', async () => {
    const statuses: number[] = [];
    const asking = (async () => {
      for (let i = 0; i < 150; i++) {
        statuses.push((await fetch(platform.url('gateway', '/api/products'))).status);
      }
    })();

    const { status } = await platform.update({
      service: 'gateway',
      environment: 'production',
      set: { 'routes.products.timeouts.request': '7s' },
    });
    await asking;

    expect(status).toBe(200);
    expect(statuses.filter((code) => code !== 200)).toEqual([]);
  });
});

describe('a push that breaks the schema of one service', () => {
  it('leaves it on its last valid commit while others move on, across a restart of the config-server', async () => {
    await using copy = await WorkingCopy.clone(platform.repository);
    const before = await orders();
    const webConfiguration = await copy.read('web/production.yaml');

    const version = await copy.push(
      {
        'orders/production.yaml': 'maxItems: -5\ngreeting: Broken\n',
        'web/production.yaml': `${webConfiguration}title: Moved on\n`,
      },
      'Break orders, rename the shop',
    );
    await platform.running('web', version);

    expect(await orders()).toMatchObject({
      greeting: before.greeting,
      configurationVersion: before.configurationVersion,
    });
    const { problems } = await platform.getJson<{ problems: unknown[] }>('config', '/admin/problems');
    expect(problems).toMatchObject([
      {
        commit: version,
        pairs: expect.arrayContaining([
          expect.objectContaining({ service: 'orders', pointer: '/maxItems' }),
        ]) as unknown,
      },
    ]);

    await platform.fleet.process('config-server').stop();
    await platform.fleet.startServer('config-server');
    const served = await fetch(platform.url('config', '/config/orders/production'));

    expect(served.headers.get('signalbox-version')).toBe(before.configurationVersion);
    expect(await served.json()).toMatchObject({ maxItems: before.maxItems, greeting: before.greeting });
    expect(await platform.getJson('config', '/config/web/production')).toMatchObject({ title: 'Moved on' });
  });
});

describe('an explanation', () => {
  it('says for every key which file, commit and author it comes from, and what it overrode', async () => {
    const { keys } = await platform.getJson<{ keys: Record<string, unknown> }>(
      'config',
      '/config/orders/production?explain=true',
    );

    const commit: unknown = expect.stringMatching(/^[0-9a-f]{40}$/);
    expect(keys).toMatchObject({
      'shop.name': {
        file: 'common/default.yaml',
        line: 4,
        commit,
        author: expect.any(String) as unknown,
        overrides: [],
      },
      'calls.deadlineMs': {
        value: 1000,
        file: 'common/production.yaml',
        overrides: [{ value: 2000, file: 'common/default.yaml' }],
      },
      'pricing.vatPercent': { value: 21, file: 'pricing/default.properties' },
    });
    const { configuration } = { configuration: await platform.getJson<object>('config', '/config/orders/production') };
    expect(new Set(Object.keys(keys).map((key) => key.split('.')[0]))).toEqual(new Set(Object.keys(configuration)));
  });

  it('names what is close to a service, an environment and a label that there are not', async () => {
    expect(await platform.getJson('config', '/config/order/production')).toMatchObject({
      status: 404,
      code: 'config/unknown-service',
      closest: expect.arrayContaining(['orders']) as unknown,
    });
    expect(await platform.getJson('config', '/config/orders/prodction')).toMatchObject({
      status: 404,
      code: 'config/unknown-environment',
      closest: ['production'],
    });
    expect(await platform.getJson('config', '/config/orders/production?label=mian')).toMatchObject({
      status: 404,
      code: 'config/unknown-label',
      closest: ['main'],
    });
  });
});

describe('the page of the shop', () => {
  it('gives for each service its instances, their configuration version and who answered', async () => {
    const fleet = await platform.getJson<{ services: { service: string; instances: Record<string, unknown>[] }[] }>(
      'gateway',
      '/fleet.json',
    );

    expect(fleet.services.map(({ service, instances }) => [service, instances.map(({ id }) => id)])).toEqual([
      ['web', ['web-1']],
      ['orders', ['orders-1', 'orders-2']],
      ['products', ['products-1', 'products-2']],
    ]);
    for (const { instances } of fleet.services) {
      expect(instances.filter(({ answered }) => answered === true)).toHaveLength(1);
      expect(instances).toMatchObject(
        instances.map(() => ({
          status: 'up',
          configurationVersion: expect.stringMatching(/^[0-9a-f]{40}$/) as unknown,
        })),
      );
    }
  });
});

describe('an instance that is killed', () => {
  it('is routed around, and its successor is found', async () => {
    platform.fleet.process('products-1').signal('SIGKILL');
    await platform.fleet.process('products-1').ended;

    const answers = await Promise.all(Array.from({ length: 8 }, () => fetch(platform.url('gateway', '/api/products'))));

    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 8 }, () => 200));
    const spec = platform.demoSpec('products', 'products-1');
    await platform.fleet.startInstance(spec);
    await platform.instances('products', (instances) => instances.filter(({ status }) => status === 'up').length === 2);
  });
});

describe('instances that hang', () => {
  const products = ['products-1', 'products-2'];

  it('open the circuit of those who call them, and are called again once they answer', async () => {
    const [caller] = await platform.instances('orders', (instances) => instances.length === 2);
    const ask = () => fetch(`http://127.0.0.1:${String(caller?.port)}/api/orders`);
    for (const name of products) {
      platform.fleet.process(name).signal('SIGSTOP');
    }
    await Promise.all(Array.from({ length: 12 }, ask));

    const refused = await ask();

    expect(refused.status).toBe(503);
    expect(await refused.json()).toMatchObject({ detail: expect.stringMatching(/^circuit .* is open$/) as unknown });
    for (const name of products) {
      platform.fleet.process(name).signal('SIGCONT');
    }
    while (!(await ask()).ok) {
      await systemClock.sleep(100);
    }
  });
});
