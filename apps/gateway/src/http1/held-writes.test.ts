import { setImmediate as endOfTurn } from 'node:timers/promises';
import { expect, it } from 'vitest';

import { HeldWrites } from './held-writes.ts';

it('what is held in one turn of the loop is written at its end, in the order in which it was held', async () => {
  const written: string[] = [];
  const writes = new HeldWrites();
  const hold = (what: string) => {
    writes.hold({ writeHeld: () => written.push(what) });
  };

  hold('first');
  hold('second');
  const atOnce = [...written];
  await endOfTurn();

  expect(atOnce).toEqual([]);
  expect(written).toEqual(['first', 'second']);
});

it('what is held while the others are written waits for the end of the next turn', async () => {
  const written: string[] = [];
  const writes = new HeldWrites();

  writes.hold({
    writeHeld: () => {
      written.push('first');
      writes.hold({ writeHeld: () => written.push('second') });
    },
  });
  await endOfTurn();
  const afterOneTurn = [...written];
  await endOfTurn();

  expect(afterOneTurn).toEqual(['first']);
  expect(written).toEqual(['first', 'second']);
});
