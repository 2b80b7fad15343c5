import { parse } from 'dotenv';

const NAME = /^[\w.-]+$/;
const NEEDS_NO_QUOTES = /^[\w./:@%+,=-]*$/;

export function isDotenvName(name: string): boolean {
  return NAME.test(name);
}

/**
 * Single quotes first: they keep `$` from shells and from variable expansion. What the dotenv package reads back
 * decides; undefined when no quoting leads back to the value.
 */
export function quoteDotenv(value: string): string | undefined {
  if (NEEDS_NO_QUOTES.test(value)) {
    return value;
  }
  const quotes = [`'`, `"`, '`'].filter((quote) => !value.includes(quote));
  const quoted = quotes.map((quote) => `${quote}${quote === '"' ? value.replaceAll('\r', '\\r') : value}${quote}`);
  const bare = /^['"`]/.test(value) ? [] : [value];
  return [...quoted, ...bare].find((candidate) => readBack(candidate) === value);
}

function readBack(candidate: string): string | undefined {
  const variables = parse(`A=${candidate}\nB=`);
  return variables['B'] === '' ? variables['A'] : undefined;
}
