export interface Range {
  readonly from: number;
  readonly to: number;
}

/** As much of a text as a message shows. */
const MAX_SHOWN_CHARACTERS = 80;

/** Throws a TypeError for an option of another name, as a typo makes it: it would not be heeded. One that is undefined was left out. */
export function requireOptions(owner: string, options: object, known: readonly string[]): void {
  for (const [option, value] of Object.entries(options)) {
    if (value !== undefined && !known.includes(option)) {
      throw new TypeError(`${owner}: has no option ${shown(option)}; there are ${known.join(', ')}`);
    }
  }
}

export function requireType(
  option: string,
  value: unknown,
  type: 'string' | 'number' | 'boolean' | 'function' | 'object',
): void {
  if (typeof value !== type || value === null) {
    throw new TypeError(`${option}: must be of type ${type}, not ${shown(value)}`);
  }
}

/** Throws a TypeError for what is no number, and a RangeError for one out of range. */
export function requireNumber(option: string, value: number, { from, to }: Range): void {
  requireType(option, value, 'number');
  if (!(value >= from && value <= to)) {
    throw new RangeError(`${option}: must be a number from ${from} to ${to}, not ${value}`);
  }
}

/** Throws as `requireNumber` does. */
export function requireInteger(option: string, value: number, { from, to }: Range): void {
  requireType(option, value, 'number');
  if (!(Number.isInteger(value) && value >= from && value <= to)) {
    throw new RangeError(`${option}: must be an integer from ${from} to ${to}, not ${value}`);
  }
}

/** Asks a clock for the time once. */
export function requireClock(option: string, now: () => number): void {
  requireType(option, now, 'function');
  const time = now();
  requireType(`${option}()`, time, 'number');
  if (!Number.isFinite(time)) {
    throw new RangeError(`${option}(): must be a finite number of milliseconds, not ${time}`);
  }
}

/** Neither what is in an object, which may be secret, nor the text of a function. */
export function shown(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return JSON.stringify(value.length > MAX_SHOWN_CHARACTERS ? `${value.slice(0, MAX_SHOWN_CHARACTERS)}…` : value);
    case 'object':
      return value === null ? 'null' : 'an object';
    case 'function':
      return 'a function';
    default:
      return String(value);
  }
}
