type Range = ({ readonly from: number } | { readonly above: number }) & { readonly to?: number };

type TypeName = 'string' | 'number' | 'boolean' | 'object';

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

export function requireType(option: string, value: unknown, type: TypeName): void {
  if (typeof value !== type || value === null) {
    throw new TypeError(`${option}: must be of type ${type}, not ${shown(value)}`);
  }
}

/** Apart from the other types, because each call asks it: a comparison of `typeof` with a constant is compiled to a look at the value's map. */
export function requireFunction(option: string, value: unknown): void {
  if (typeof value !== 'function') {
    throw new TypeError(`${option}: must be of type function, not ${shown(value)}`);
  }
}

/** Throws a TypeError for what is no number, and a RangeError for one out of range. */
export function requireNumber(option: string, value: unknown, range: Range): void {
  requireType(option, value, 'number');
  const { to = Number.MAX_VALUE } = range;
  const isInside = typeof value === 'number' && ('from' in range ? value >= range.from : value > range.above);
  if (!(isInside && value <= to)) {
    throw new RangeError(`${option}: must be a number ${inWords(range)}, not ${shown(value)}`);
  }
}

function inWords(range: Range): string {
  if ('from' in range) {
    return `from ${range.from}${range.to === undefined ? '' : ` to ${range.to}`}`;
  }
  return `above ${range.above}${range.to === undefined ? '' : ` and at most ${range.to}`}`;
}

export function requireInteger(option: string, value: number, max: number): void {
  requireType(option, value, 'number');
  if (!(Number.isInteger(value) && value >= 1 && value <= max)) {
    throw new RangeError(`${option}: must be an integer from 1 to ${max}, not ${value}`);
  }
}

/** Asks a clock for the time once. */
export function requireClock(option: string, now: () => number): void {
  requireFunction(option, now);
  const time = now();
  requireType(`${option}()`, time, 'number');
  if (!Number.isFinite(time)) {
    throw new RangeError(`${option}(): must be a finite number of milliseconds, not ${time}`);
  }
}

/** A signal may be of another realm: it is known by what it can do. */
export function requireSignal(option: string, value: unknown): void {
  if (typeof value !== 'object' || value === null || !('addEventListener' in value)) {
    throw new TypeError(`${option}: must be an AbortSignal, not ${shown(value)}`);
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
