import type { Step } from './key-path.ts';

import { type ConfigMap, type ConfigValue, isConfigList, isConfigMap } from './config-value.ts';

type Scalar = Exclude<ConfigValue, ConfigMap | readonly ConfigValue[]>;

export interface ScalarAt {
  readonly steps: readonly Step[];
  readonly text: string;
}

/** Every scalar in the value as text, lists taken apart. An empty list is an empty text, and so is an empty map in a
 * list; elsewhere an empty map is nothing. */
export function scalarsOf(value: ConfigValue, steps: readonly Step[] = []): readonly ScalarAt[] {
  if (isConfigList(value)) {
    const items = value.flatMap((item, index) => orEmptyText(scalarsOf(item, [...steps, index]), [...steps, index]));
    return orEmptyText(items, steps);
  }
  if (isConfigMap(value)) {
    return Object.entries(value).flatMap(([key, inner]) => scalarsOf(inner, [...steps, key]));
  }
  return [{ steps, text: textOf(value) }];
}

/** What a list has nothing for would be a hole in it. */
function orEmptyText(scalars: readonly ScalarAt[], steps: readonly Step[]): readonly ScalarAt[] {
  return scalars.length === 0 ? [{ steps, text: '' }] : scalars;
}

/** Null has no text of its own. */
export function textOf(value: Scalar): string {
  return value === null ? '' : String(value);
}
