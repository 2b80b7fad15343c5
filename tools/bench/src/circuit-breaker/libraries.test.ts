import { describe, expect, it } from 'vitest';

import { PEERS, SIGNALBOX } from './libraries.ts';

describe.each([SIGNALBOX, ...PEERS])('the breaker of $name', (library) => {
  it.each(['success', 'failing', 'rejected'] as const)('goes on with calls that end in %s', async (outcome) => {
    const { call, close } = await library.guard(outcome);

    for (let i = 0; i < 20; i++) {
      const seen = await call().then(
        () => 'success',
        (error: unknown) => (library.isRefusal(error) ? 'rejected' : 'failing'),
      );
      expect(seen).toBe(outcome);
    }
    close();
  });
});
