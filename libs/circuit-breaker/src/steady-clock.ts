/**
 * The same clock without what no clock should do: where it is set back it goes on from where it was, and where it answers no finite number
 * it stands still. Time that was compared with none would keep a circuit open, or a window full, for good.
 */
export function steadied(now: () => number): () => number {
  let last = now();
  let setBackMs = 0;
  return () => {
    const time = now();
    if (Number.isFinite(time)) {
      setBackMs += Math.max(0, last - time);
      last = time;
    }
    return last + setBackMs;
  };
}
