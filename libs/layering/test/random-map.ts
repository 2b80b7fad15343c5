import type { ConfigMap, ConfigValue } from '../src/documents/config-value.ts';

/** In [0, 1). */
export type Random = () => number;

const CHARACTERS = Array.from('ab1.-_ :=#!$%&*@[]{}|>,?\'"\\/~\n\té\u0085\u2028💥');
const WORDS = [
  'yes',
  'on',
  'null',
  '~',
  '012',
  '0x1f',
  '1e3',
  '1_000',
  '.inf',
  '2020-01-01',
  '<<',
  'true',
  '',
  '-',
  '---',
  '...',
  '1:30',
];
const NUMBERS = [0, -1, 1.5, 1e21, 5e-324, Number.MAX_SAFE_INTEGER];

export function randomMap(random: Random, depth = 3): ConfigMap {
  const keys = Array.from({ length: below(random, 5) }, () => randomText(random));
  return Object.fromEntries(keys.map((key) => [key, randomValue(random, depth)]));
}

export function randomText(random: Random): string {
  if (random() < 0.3) {
    return pick(random, WORDS);
  }
  return Array.from({ length: below(random, 8) }, () => pick(random, CHARACTERS)).join('');
}

function randomValue(random: Random, depth: number): ConfigValue {
  const kind = below(random, depth > 0 ? 7 : 5);
  switch (kind) {
    case 0:
      return null;
    case 1:
      return random() < 0.5;
    case 2:
      return pick(random, NUMBERS);
    case 5:
      return Array.from({ length: below(random, 3) }, () => randomValue(random, depth - 1));
    case 6:
      return randomMap(random, depth - 1);
    default:
      return randomText(random);
  }
}

export function below(random: Random, bound: number): number {
  return Math.floor(random() * bound);
}

export function pick<T>(random: Random, values: readonly T[]): T {
  const value = values[below(random, values.length)];
  if (value === undefined) {
    throw new Error('nothing to pick from');
  }
  return value;
}
