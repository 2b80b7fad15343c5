/** How often calls that are due are begun. */
const TICK_MS = 5;
const MS_PER_SECOND = 1_000;

export interface Load {
  /** Calls begun in a second, whether those before are answered or not. */
  readonly perSecond: number;
  readonly calls: number;
}

/** How one call went. */
export interface Outcome {
  readonly failed: boolean;
  /** From its beginning to its end, whatever that was, in milliseconds. */
  readonly tookMs: number;
}

/** An open loop: whoever waits keeps nobody from calling, as customers do. Resolves once every call is over, in the order of their beginnings. */
export async function openLoop({ perSecond, calls }: Load, call: () => Promise<unknown>): Promise<readonly Outcome[]> {
  const outcomes: Promise<Outcome>[] = [];
  const startedAt = performance.now();
  const { promise: allBegun, resolve } = Promise.withResolvers<undefined>();
  const timer = setInterval(() => {
    const due = Math.ceil(((performance.now() - startedAt) / MS_PER_SECOND) * perSecond);
    while (outcomes.length < Math.min(due, calls)) {
      outcomes.push(outcomeOf(call));
    }
    if (outcomes.length === calls) {
      clearInterval(timer);
      resolve(undefined);
    }
  }, TICK_MS);
  await allBegun;
  return Promise.all(outcomes);
}

async function outcomeOf(call: () => Promise<unknown>): Promise<Outcome> {
  const startedAt = performance.now();
  const failed = await call().then(
    () => false,
    () => true,
  );
  return { failed, tookMs: performance.now() - startedAt };
}
