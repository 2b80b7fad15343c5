const UNIT_MS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 } as const;

/** What a duration looks like: as many digits as a number keeps, so that none is infinite. */
export const DURATION = /^(\d{1,15}(?:\.\d{1,15})?)(ms|s|m|h)$/;

/**
 * Milliseconds of a duration such as `250ms`, `30s`, `1.5m` or `2h`, the spelling of Kubernetes and Go cut to one unit.
 * Throws a RangeError naming the text when it is not one.
 */
export function parseDuration(text: string): number {
  const match = DURATION.exec(text);
  if (match === null) {
    throw new RangeError(`not a duration such as 250ms, 30s, 5m or 2h: "${text}"`);
  }
  const [, amount, unit] = match;
  return Number(amount) * UNIT_MS[unit as keyof typeof UNIT_MS]; // the expression admits no other unit
}
