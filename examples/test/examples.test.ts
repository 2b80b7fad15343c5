import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { ExampleFleet } from './example-fleet.ts';

describe('the examples', () => {
  let fleet: ExampleFleet;
  beforeAll(async () => {
    fleet = await ExampleFleet.start();
  });
  afterAll(async () => {
    await fleet[Symbol.asyncDispose]();
  });

  it('are found in the registry and call each other', async () => {
    expect(await fleet.get('stock', '/stock/bell')).toEqual({
      status: 200,
      body: { sku: 'bell', left: 40, servedBy: 'stock-1' },
    });
    expect(await fleet.get('prices', '/prices/bell')).toEqual({
      status: 200,
      body: { sku: 'bell', price: 6.5, currency: 'EUR', servedBy: 'prices-1' },
    });
    expect((await fleet.get('stock', '/stock/bell/worth')).body).toEqual({ sku: 'bell', worth: 260 });
    expect((await fleet.get('shop', '/offers/bell')).body).toEqual({
      offer: 'Today on offer: bell for 6.5 EUR',
      servedBy: 'shop-1',
    });
  });

  it('answer 404 for what they do not have, and 502 for what another could not say', async () => {
    expect(await fleet.get('stock', '/stock/unknown')).toMatchObject({ status: 404 });
    expect(await fleet.get('prices', '/prices/unknown')).toMatchObject({ status: 404 });
    expect(await fleet.get('shop', '/offers/unknown')).toMatchObject({ status: 502 });
  });

  it('follow their configuration while they run', async () => {
    const before = (await fleet.get('prices', '/prices/lamp')).body;

    await fleet.change('stock', { 'items.lamp': 30 });

    expect([before, (await fleet.get('prices', '/prices/lamp')).body]).toMatchObject([{ price: 52.8 }, { price: 48 }]);
  });

  it('say how they are', async () => {
    for (const service of ['stock', 'prices', 'shop'] as const) {
      expect(await fleet.get(service, '/health/ready')).toMatchObject({ status: 200, body: { status: 'ready' } });
    }
  });

  it('leave the registry and end when they are told to', async () => {
    const ended = await Promise.all([fleet.stop('stock'), fleet.stop('prices'), fleet.stop('shop')]);

    expect(ended).toEqual([true, true, true]);
    for (const service of ['stock', 'prices', 'shop']) {
      expect((await fleet.registry.discover(service, { healthy: false })).instances).toEqual([]);
    }
  });
});
