export interface Range {
  readonly from: number;
  readonly to: number;
}

export function requireNumber(option: string, value: unknown, { from, to }: Range): void {
  if (!(typeof value === 'number' && value >= from && value <= to)) {
    throw new RangeError(`${option}: must be a number from ${from} to ${to}, not ${String(value)}`);
  }
}

export function requireInteger(option: string, value: unknown, { from, to }: Range): void {
  if (!(Number.isInteger(value) && typeof value === 'number' && value >= from && value <= to)) {
    throw new RangeError(`${option}: must be an integer from ${from} to ${to}, not ${String(value)}`);
  }
}

export function requireType(option: string, value: unknown, type: 'function' | 'object' | 'string'): void {
  if (typeof value !== type || value === null) {
    throw new TypeError(`${option}: must be of type ${type}, not ${String(value)}`);
  }
}
