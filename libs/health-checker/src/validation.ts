import { toOutput } from './probes/output.ts';

type TypeName = 'string' | 'number' | 'boolean' | 'function' | 'object';

interface Range {
  readonly from?: number;
  readonly above?: number;
  readonly to?: number;
}

/** As much of a text as a message shows. */
const MAX_SHOWN_CHARACTERS = 80;

/** Throws a TypeError for an option of another name, as a typo makes it: it would not be heeded. One that is undefined was left out. */
export function requireOptions(owner: string, options: object, known: readonly string[]): void {
  requireType(`${owner} options`, options, 'object');
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

/** Throws a TypeError for an object without one of these methods. */
export function requireMethods(option: string, value: object, ...methods: readonly string[]): void {
  requireType(option, value, 'object');
  for (const method of methods) {
    requireType(`${option}.${method}`, Reflect.get(value, method), 'function');
  }
}

/** Throws a TypeError for what is no number, and a RangeError for one out of range. */
export function requireNumber(option: string, value: number, { from, above, to = Number.MAX_VALUE }: Range): void {
  requireType(option, value, 'number');
  const isInside = above === undefined ? value >= (from ?? 0) : value > above;
  if (!(isInside && value <= to)) {
    const upper = to === Number.MAX_VALUE ? '' : ` to ${to}`;
    const range = above === undefined ? `from ${from ?? 0}${upper}` : `above ${above}`;
    throw new RangeError(`${option}: must be a number ${range}, not ${value}`);
  }
}

/** Neither the credentials of a URL, nor what is in an object, which may be secret, nor the text of a function. */
export function shown(value: unknown): string {
  switch (typeof value) {
    case 'string': {
      const text = toOutput(value);
      return JSON.stringify(text.length > MAX_SHOWN_CHARACTERS ? `${text.slice(0, MAX_SHOWN_CHARACTERS)}…` : text);
    }
    case 'object':
      return value === null ? 'null' : 'an object';
    case 'function':
      return 'a function';
    default:
      return String(value);
  }
}
