/** Throws a RangeError with the option, its range and the value. */
export function requireInteger(
  option: string,
  value: unknown,
  range: { readonly from: number; readonly to: number },
): void {
  const { from, to } = range;
  if (!(typeof value === 'number' && Number.isInteger(value) && value >= from && value <= to)) {
    throw new RangeError(`${option}: must be an integer from ${from} to ${to}, not ${String(value)}`);
  }
}
