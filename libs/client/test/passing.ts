import type { FakeClock } from '@signalbox/testkit';

const STEP_MS = 10;

/** Lets the clock's time pass while sockets and files take theirs, until the event has come. */
export async function passing<E>(clock: FakeClock, event: Promise<E>): Promise<E> {
  let isOver = false;
  const over = event.finally(() => {
    isOver = true;
  });
  const pass = async () => {
    while (!isOver) {
      await clock.advance(STEP_MS);
    }
  };
  await Promise.all([over, pass()]);
  return over;
}
