import { describe, expect, it } from 'vitest';

import { FakeClock } from '@signalbox/testkit';

import { anInstance } from '../../test/registrations.ts';
import { Catalog } from '../catalog/catalog.ts';
import { LongPolls } from './long-polls.ts';
import { ServiceWatches } from './service-watches.ts';

function someLongPolls(maxPolls?: number) {
  const clock = new FakeClock(0);
  const catalog = new Catalog({ epoch: 7 });
  const watches = new ServiceWatches({ catalog });
  const longPolls = new LongPolls({ clock, watches, ...(maxPolls !== undefined && { maxPolls }) });
  const ended: string[] = [];
  const wait = (service: string, revision = catalog.revision, signal = new AbortController().signal) => {
    const waiting = longPolls.forChange({ service, revision, waitMs: 30_000 }, signal);
    return waiting.then(() => ended.push(service));
  };
  return { clock, catalog, longPolls, wait, ended };
}

describe('LongPolls', () => {
  it('ends when the service changes, and not when another does', async () => {
    const { catalog, clock, wait, ended } = someLongPolls();
    void wait('orders');

    catalog.put(anInstance({ service: 'web' }));
    await clock.advance(0);
    expect(ended).toEqual([]);
    catalog.put(anInstance({ service: 'orders' }));
    await clock.advance(0);
    expect(ended).toEqual(['orders']);
  });

  it('ends at once when the service changed before', async () => {
    const { catalog, wait } = someLongPolls();
    const { revision } = catalog;
    catalog.put(anInstance());

    await expect(wait('orders', revision)).resolves.toBe(1);
  });

  it('ends at once for a revision that this registry never gave', async () => {
    const { catalog, wait } = someLongPolls();

    await expect(wait('orders', catalog.revision + 1_000)).resolves.toBe(1);
    await expect(wait('orders', catalog.revision - 1)).resolves.toBe(2);
  });

  it('ends when its time is over', async () => {
    const { clock, wait, ended } = someLongPolls();
    void wait('orders');

    await clock.advance(29_999);
    expect(ended).toEqual([]);
    await clock.advance(1);
    expect(ended).toEqual(['orders']);
  });

  it('ends when the caller leaves, and keeps nothing of it', async () => {
    const { clock, catalog, longPolls, wait, ended } = someLongPolls();
    const leave = new AbortController();
    const waiting = wait('orders', catalog.revision, leave.signal);

    leave.abort();
    await waiting;

    expect(ended).toEqual(['orders']);
    expect(longPolls.waiting).toBe(0);
    expect(clock.sleeping).toBe(0);
  });

  it('refuses one more than may wait', async () => {
    const { catalog, clock, longPolls, wait } = someLongPolls(1);
    void wait('orders');

    await expect(wait('web')).rejects.toMatchObject({ code: 'registry/full' });
    catalog.put(anInstance());
    await clock.advance(0);
    expect(longPolls.waiting).toBe(0);
  });

  it('ends every wait when it closes, and later ones at once', async () => {
    const { longPolls, wait, ended } = someLongPolls();
    const waiting = wait('orders');

    longPolls.close();
    await waiting;
    await wait('web');

    expect(ended).toEqual(['orders', 'web']);
  });
});
