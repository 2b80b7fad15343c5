import type { Clock } from '@signalbox/clock';

/** No timer of Node waits longer (Node.js documentation of setTimeout). */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** As much of a wrong value as its message shows. */
const MAX_SHOWN_CHARACTERS = 80;

/** Every name of an options interface: the compiler asks for those that are missing. */
export type NamesOf<Options> = Readonly<Record<keyof Options, true>>;

/** Throws a TypeError for what is no options object, and for an option of another name: it would not be heeded. One that is undefined was left out. */
export function requireNames<Options>(owner: string, options: unknown, names: NamesOf<Options>): void {
  requireType(owner, options, 'object');
  for (const [name, value] of Object.entries(options as object)) {
    if (value !== undefined && !Object.hasOwn(names, name)) {
      throw new TypeError(`${owner}: has no option ${shown(name)}; there are ${Object.keys(names).join(', ')}`);
    }
  }
}

export type OptionType = 'boolean' | 'function' | 'number' | 'object' | 'string';

/** Throws a TypeError with the option, the type and the value. A list is no object here. */
export function requireType(option: string, value: unknown, type: OptionType): void {
  if (typeof value !== type || value === null || Array.isArray(value)) {
    throw new TypeError(`${option}: must be of type ${type}, not ${shown(value)}`);
  }
}

/** As `requireType`, for what is left alone where it is not given. */
export function requireTypeOrNone(option: string, value: unknown, type: OptionType): void {
  if (value !== undefined) {
    requireType(option, value, type);
  }
}

/** Throws a TypeError with the type of the value alone. */
export function requireSecretText(option: string, value: unknown): void {
  if (typeof value !== 'string') {
    throw new TypeError(`${option}: must be of type string, not of type ${typeof value}`);
  }
}

/** Throws a TypeError for what is no list, or holds what is no text. */
export function requireTexts(option: string, value: unknown): void {
  if (!Array.isArray(value)) {
    throw new TypeError(`${option}: must be an array, not ${shown(value)}`);
  }
  value.forEach((text, at) => {
    requireType(`${option}.${at}`, text, 'string');
  });
}

export interface TimeRange {
  readonly from: number;
  /** Whether it may be Infinity as well. */
  readonly orInfinity?: true;
}

/** Throws a TypeError for what is no number, and a RangeError with the option, its range and the value for what no timer can wait. */
export function requireTime(option: string, ms: unknown, { from, orInfinity }: TimeRange): void {
  requireType(option, ms, 'number');
  const isTime = typeof ms === 'number' && ms >= from && ms <= LONGEST_TIMER_MS;
  if (!(isTime || (orInfinity === true && ms === Infinity))) {
    const range = `from ${from} to ${LONGEST_TIMER_MS}${orInfinity === true ? ' or Infinity' : ''}`;
    throw new RangeError(`${option}: must be ${range}, not ${shown(ms)}`);
  }
}

/** Throws a TypeError for what can't be read and waited on. */
export function requireClock(option: string, clock: Partial<Clock>): void {
  requireType(option, clock, 'object');
  requireType(`${option}.now`, clock.now, 'function');
  requireType(`${option}.sleep`, clock.sleep, 'function');
}

/** Neither what is in an object, which may be secret, nor the text of a function. */
export function shown(value: unknown): string {
  if (typeof value === 'string') {
    return JSON.stringify(value.length > MAX_SHOWN_CHARACTERS ? `${value.slice(0, MAX_SHOWN_CHARACTERS)}…` : value);
  }
  if (typeof value === 'object' && value !== null) {
    return Array.isArray(value) ? 'an array' : 'an object';
  }
  return typeof value === 'function' ? 'a function' : String(value);
}
