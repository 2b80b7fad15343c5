import { InvalidKeyPathError } from '../errors.ts';
import { MAX_DEPTH } from './limits.ts';

/** The way from the root of a configuration to a value in it. A list is a value: paths do not lead into it. */
export type KeyPath = readonly string[];

/** A key of a map or an index of a list. */
export type Step = string | number;

/** The one key that is refused everywhere: what reads the configuration may not be able to hold it safely. */
export const FORBIDDEN_KEY = '__proto__';

/** More than any configuration has: documents, and the prefix of a group, are bound to MAX_DEPTH each. */
const MAX_STEPS = 4 * MAX_DEPTH;
const STEP = /\["((?:[^"\\]|\\.)*)"\]|\[(\d{1,9})\]|[^.[\]"]+/y;
const PLAIN_KEY = /^[^.[\]"]+$/;

/**
 * `db.poolSize`; a key that is empty or holds a dot, a bracket or a quote is written as a JSON string in
 * brackets: `["a.b"].c`.
 *
 * @throws InvalidKeyPathError
 */
export function parseKeyPath(text: string): KeyPath {
  return parseSteps(text).map((step) => {
    if (typeof step === 'number') {
      throw new InvalidKeyPathError(text, 'leads into a list');
    }
    return step;
  });
}

export function formatKeyPath(keyPath: KeyPath): string {
  return formatSteps(keyPath);
}

/**
 * As a key path, with the indexes of lists: `hosts[0].name`.
 *
 * @throws InvalidKeyPathError
 */
export function parseSteps(text: string): readonly Step[] {
  const steps: Step[] = [];
  let position = 0;
  do {
    const { step, end } = stepAt(text, position);
    steps.push(step);
    position = afterSeparator(text, end);
    if (steps.length > MAX_STEPS) {
      throw new InvalidKeyPathError(text, `has more than ${MAX_STEPS} keys`);
    }
  } while (position < text.length);
  return steps;
}

export function formatSteps(steps: readonly Step[]): string {
  return steps.reduce<string>((text, step) => text + formatStep(step, text === ''), '');
}

function formatStep(step: Step, isFirst: boolean): string {
  if (typeof step === 'number') {
    return `[${step}]`;
  }
  if (!PLAIN_KEY.test(step)) {
    return `[${JSON.stringify(step)}]`;
  }
  return isFirst ? step : `.${step}`;
}

function stepAt(text: string, position: number): { step: Step; end: number } {
  STEP.lastIndex = position;
  const match = STEP.exec(text);
  if (match === null) {
    throw new InvalidKeyPathError(text, `has no key at character ${position + 1}`);
  }
  const [plain, quoted, index] = match;
  const end = STEP.lastIndex;
  if (index !== undefined) {
    return { step: Number(index), end };
  }
  const step = quoted === undefined ? plain : unquote(text, quoted);
  if (step === FORBIDDEN_KEY) {
    throw new InvalidKeyPathError(text, `holds the reserved key ${FORBIDDEN_KEY}`);
  }
  return { step, end };
}

function unquote(text: string, quoted: string): string {
  try {
    return String(JSON.parse(`"${quoted}"`));
  } catch (error) {
    throw new InvalidKeyPathError(text, 'holds a quoted key that is no JSON string', error);
  }
}

/** A dot is followed by a plain key; a bracket follows the step before it directly. */
function afterSeparator(text: string, end: number): number {
  if (end === text.length || text[end] === '[') {
    return end;
  }
  if (text[end] === '.' && end + 1 < text.length && text[end + 1] !== '[') {
    return end + 1;
  }
  throw new InvalidKeyPathError(text, `has no key at character ${end + 1}`);
}
