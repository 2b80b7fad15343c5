import { describe, expect, it } from 'vitest';

import { anInstance } from '../../test/registrations.ts';
import { Catalog } from './catalog.ts';
import { toInstance } from './instance.ts';

const EPOCH_BASE = 3 * 2 ** 32;

describe('Catalog', () => {
  it('counts revisions on from its epoch', () => {
    const catalog = new Catalog({ epoch: 3 });

    catalog.put(anInstance());

    expect(catalog.revision).toBe(EPOCH_BASE + 1);
  });

  it('remembers the last change of each service apart', () => {
    const catalog = new Catalog({ epoch: 3 });
    catalog.put(anInstance({ service: 'orders' }));

    catalog.put(anInstance({ service: 'web' }));

    expect(catalog.lastChangeOf('orders')).toBe(EPOCH_BASE + 1);
    expect(catalog.lastChangeOf('web')).toBe(EPOCH_BASE + 2);
  });

  it('says of a service that never was that it last changed before all of them', () => {
    const catalog = new Catalog({ epoch: 3 });
    catalog.put(anInstance());

    expect(catalog.lastChangeOf('inventory')).toBe(EPOCH_BASE);
  });

  it('counts the leaving of the last instance as a change of its service', () => {
    const catalog = new Catalog({ epoch: 3 });
    catalog.put(anInstance());

    catalog.remove({ service: 'orders', id: 'orders-1' });

    expect(catalog.lastChangeOf('orders')).toBe(EPOCH_BASE + 2);
    expect(catalog.instancesOf('orders')).toEqual([]);
    expect(catalog.services()).toEqual([]);
    expect(catalog.size).toBe(0);
  });

  it('changes nothing when an instance leaves that is not there', () => {
    const catalog = new Catalog({ epoch: 3 });

    expect(catalog.remove({ service: 'orders', id: 'orders-1' })).toBeUndefined();
    expect(catalog.revision).toBe(EPOCH_BASE);
  });

  it('never lets the last change of a service go back, not even of one that it forgot', () => {
    const catalog = new Catalog({ epoch: 3, emptyServicesKept: 1 });
    for (const service of ['a', 'b', 'c']) {
      catalog.put(anInstance({ service }));
      catalog.remove({ service, id: 'orders-1' });
    }

    expect(catalog.lastChangeOf('a')).toBe(EPOCH_BASE + 4);
    expect(catalog.lastChangeOf('b')).toBe(EPOCH_BASE + 4);
    expect(catalog.lastChangeOf('c')).toBe(EPOCH_BASE + 6);
  });

  it('keeps a service that was empty and is so no more', () => {
    const catalog = new Catalog({ epoch: 3, emptyServicesKept: 1 });
    catalog.put(anInstance({ service: 'a' }));
    catalog.remove({ service: 'a', id: 'orders-1' });
    catalog.put(anInstance({ service: 'a' }));
    for (const service of ['b', 'c']) {
      catalog.put(anInstance({ service }));
      catalog.remove({ service, id: 'orders-1' });
    }

    expect(catalog.instancesOf('a')).toHaveLength(1);
  });

  it('lists services by name with their routable instances counted', () => {
    const catalog = new Catalog({ epoch: 3 });
    catalog.put(anInstance({ service: 'web', id: 'w1' }));
    catalog.put(anInstance({ service: 'orders', id: 'o1' }));
    catalog.put(toInstance(anInstance({ service: 'orders', id: 'o2' }), 'down'));

    expect(catalog.services()).toEqual([
      { name: 'orders', instances: 2, healthy: 1 },
      { name: 'web', instances: 1, healthy: 1 },
    ]);
  });
});
