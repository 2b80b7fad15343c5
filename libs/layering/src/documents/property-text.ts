import { stringify } from 'dot-properties';

import type { ScalarAt } from './scalars.ts';

import { formatSteps } from './key-path.ts';

/** White space alone would let a value that begins with a separator lose it. */
const CLEAR_SEPARATOR = /^[ \t]*[=:][ \t]*$/;

/** One line, whatever its length. */
export function propertyLine({ steps, text }: ScalarAt, separator: string): string {
  const keySep = CLEAR_SEPARATOR.test(separator) ? separator : '=';
  return stringify([[formatSteps(steps), text]], { keySep, latin1: false, lineWidth: null });
}
