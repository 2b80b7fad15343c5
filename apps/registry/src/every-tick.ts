import type { Clock } from '@signalbox/clock';

/** Calls at once, and then at every multiple of `tickMs`, until the signal is aborted; resolves then. A tick that was slept over is left out. */
export async function everyTick(
  { clock, tickMs }: { readonly clock: Clock; readonly tickMs: number },
  onTick: (now: number) => void,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    onTick(clock.now());
    await clock.sleep(tickMs - (clock.now() % tickMs), signal).catch(ignoreAbort);
  }
}

/** Nothing but the signal ends a sleep before its time. */
function ignoreAbort(): void {
  return;
}
