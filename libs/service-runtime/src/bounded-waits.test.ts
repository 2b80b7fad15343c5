import { expect, it } from 'vitest';

import { FakeClock } from '@signalbox/testkit';

import { BoundedWaits } from './bounded-waits.ts';

it.each([0, 1.5, 1_000_001])('nobody waits among %d', (max) => {
  const make = () => new BoundedWaits({ clock: new FakeClock(), max, tooMany: () => new Error('too many') });

  expect(make).toThrow(new RangeError(`BoundedWaits max: must be an integer from 1 to 1000000, not ${max}`));
});
