import { describe, expect, it } from 'vitest';

import type { Instance } from '../catalog/instance.ts';

import { anInstance } from '../../test/registrations.ts';
import { narrowUpdate } from './narrow-update.ts';

const seen = anInstance({ id: 'seen', environment: 'production' });
const hidden = anInstance({ id: 'hidden', environment: 'staging' });
const isVisible = ({ registration }: Instance) => registration.environment === 'production';

describe('narrowUpdate', () => {
  it('leaves out of a snapshot what is out of visibility', () => {
    const update = { type: 'snapshot', service: 'orders', revision: 1, instances: [seen, hidden] } as const;

    expect(narrowUpdate(update, isVisible)).toEqual({ ...update, instances: [seen] });
  });

  it('tells of an instance that changed and is out of visibility as removed', () => {
    const update = {
      type: 'delta',
      service: 'orders',
      revision: 2,
      upserted: [seen, hidden],
      removed: ['o1'],
    } as const;

    expect(narrowUpdate(update, isVisible)).toEqual({ ...update, upserted: [seen], removed: ['o1', 'hidden'] });
  });
});
