import { describe, expect, it } from 'vitest';

import { openLoop } from './open-loop.ts';

describe('openLoop', () => {
  it('begins every call, though none is over before all have begun', async () => {
    const all = Promise.withResolvers<undefined>();
    let begun = 0;
    const call = () => {
      begun += 1;
      if (begun === 20) {
        all.resolve(undefined);
      }
      return all.promise;
    };

    const outcomes = await openLoop({ perSecond: 1_000, calls: 20 }, call);

    expect(outcomes.map(({ failed }) => failed)).toEqual(Array.from({ length: 20 }, () => false));
  });

  it('counts a rejection as a failure, and goes on', async () => {
    let begun = 0;
    const call = () => {
      begun += 1;
      return begun === 2 ? Promise.reject(new Error('reset')) : Promise.resolve();
    };

    const outcomes = await openLoop({ perSecond: 1_000, calls: 3 }, call);

    expect(outcomes.map(({ failed }) => failed)).toEqual([false, true, false]);
  });
});
