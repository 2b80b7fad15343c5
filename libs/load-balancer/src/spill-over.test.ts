import { describe, expect, it } from 'vitest';

import { spillOver } from './spill-over.ts';

const ENVOY = { overprovisioning: 1.4, panicThreshold: 0.5 };

/** Levels of a hundred endpoints, of which so many are available and the others held back. */
const percent = (...available: readonly number[]) =>
  available.map((count) => ({ available: count, heldBack: 100 - count, unreachable: 0 }));

const shares = (loads: ReturnType<typeof spillOver>) => loads.map(({ share }) => Math.round(share * 100));
const panics = (loads: ReturnType<typeof spillOver>) => loads.map(({ isPanicking }) => isPanicking);

describe('spill-over', () => {
  // the tables of Envoy's documentation: Priority levels, Panic threshold
  it.each([
    [percent(100, 100), [100, 0], [false, false]],
    [percent(72, 100), [100, 0], [false, false]],
    [percent(71, 100), [99, 1], [false, false]],
    [percent(50, 100), [70, 30], [false, false]],
    [percent(25, 100), [35, 65], [false, false]],
    [percent(0, 100), [0, 100], [false, false]],
    [percent(25, 25), [50, 50], [true, true]],
    [percent(5, 65), [7, 93], [true, false]],
    [percent(72, 72, 100), [100, 0, 0], [false, false, false]],
    [percent(50, 50, 100), [70, 30, 0], [false, false, false]],
    [percent(20, 20, 100), [28, 28, 44], [false, false, false]],
  ])('shares as Envoy does: %j', (levels, expectedShares, expectedPanics) => {
    const loads = spillOver(levels, ENVOY);

    expect(shares(loads)).toEqual(expectedShares);
    expect(panics(loads)).toEqual(expectedPanics);
  });

  it('shares by the number of endpoints where all panic', () => {
    const levels = [
      { available: 0, heldBack: 3, unreachable: 9 },
      { available: 0, heldBack: 1, unreachable: 0 },
    ];

    expect(shares(spillOver(levels, ENVOY))).toEqual([75, 25]);
  });

  it('counts what is unreachable as capacity that is gone, and not for panic', () => {
    const levels = [
      { available: 2, heldBack: 0, unreachable: 8 },
      { available: 4, heldBack: 0, unreachable: 6 },
    ];

    const loads = spillOver(levels, ENVOY);

    expect(shares(loads)).toEqual([33, 67]); // 28 : 56
    expect(panics(loads)).toEqual([false, false]);
  });

  it('passes over a level without endpoints', () => {
    const nobody = { available: 0, heldBack: 0, unreachable: 0 };

    expect(shares(spillOver([nobody, ...percent(100)], ENVOY))).toEqual([0, 100]);
  });

  it.each([0, 0.5])('shares nothing where there is nothing to call, at a threshold of %d', (panicThreshold) => {
    const levels = [{ available: 0, heldBack: 0, unreachable: 4 }];

    expect(shares(spillOver(levels, { ...ENVOY, panicThreshold }))).toEqual([0]);
  });

  it('never panics at a threshold of zero', () => {
    expect(spillOver(percent(0), { ...ENVOY, panicThreshold: 0 })).toEqual([{ share: 0, isPanicking: false }]);
  });
});
