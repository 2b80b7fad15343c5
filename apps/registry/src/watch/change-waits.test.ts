import { describe, expect, it } from 'vitest';

import { FakeClock } from '@signalbox/testkit';

import { anInstance } from '../../test/registrations.ts';
import { Catalog } from '../catalog/catalog.ts';
import { ChangeWaits } from './change-waits.ts';
import { ServiceWatches } from './service-watches.ts';

function someWaits(maxWaits?: number) {
  const clock = new FakeClock(0);
  const catalog = new Catalog({ epoch: 7 });
  const watches = new ServiceWatches({ catalog });
  const waits = new ChangeWaits({ clock, watches, ...(maxWaits !== undefined && { maxWaits }) });
  const ended: string[] = [];
  const wait = (service: string, revision = catalog.revision, signal = new AbortController().signal) => {
    const waiting = waits.forChange({ service, revision, waitMs: 30_000 }, signal);
    return waiting.then(() => ended.push(service));
  };
  return { clock, catalog, waits, wait, ended };
}

describe('ChangeWaits', () => {
  it('ends when the service changes, and not when another does', async () => {
    const { catalog, clock, wait, ended } = someWaits();
    void wait('orders');

    catalog.put(anInstance({ service: 'web' }));
    await clock.advance(0);
    expect(ended).toEqual([]);
    catalog.put(anInstance({ service: 'orders' }));
    await clock.advance(0);
    expect(ended).toEqual(['orders']);
  });

  it('ends at once when the service changed before', async () => {
    const { catalog, wait } = someWaits();
    const { revision } = catalog;
    catalog.put(anInstance());

    await expect(wait('orders', revision)).resolves.toBe(1);
  });

  it('ends at once for a revision that this registry never gave', async () => {
    const { catalog, wait } = someWaits();

    await expect(wait('orders', catalog.revision + 1_000)).resolves.toBe(1);
    await expect(wait('orders', catalog.revision - 1)).resolves.toBe(2);
  });

  it('ends when its time is over', async () => {
    const { clock, wait, ended } = someWaits();
    void wait('orders');

    await clock.advance(29_999);
    expect(ended).toEqual([]);
    await clock.advance(1);
    expect(ended).toEqual(['orders']);
  });

  it('ends when the caller leaves, and keeps nothing of it', async () => {
    const { clock, catalog, waits, wait, ended } = someWaits();
    const leave = new AbortController();
    const waiting = wait('orders', catalog.revision, leave.signal);

    leave.abort();
    await waiting;

    expect(ended).toEqual(['orders']);
    expect(waits.waiting).toBe(0);
    expect(clock.sleeping).toBe(0);
  });

  it('refuses one more than may wait', async () => {
    const { catalog, clock, waits, wait } = someWaits(1);
    void wait('orders');

    await expect(wait('web')).rejects.toMatchObject({ code: 'registry/full' });
    catalog.put(anInstance());
    await clock.advance(0);
    expect(waits.waiting).toBe(0);
  });

  it('ends every wait when it closes, and later ones at once', async () => {
    const { waits, wait, ended } = someWaits();
    const waiting = wait('orders');

    waits.close();
    await waiting;
    await wait('web');

    expect(ended).toEqual(['orders', 'web']);
  });
});
