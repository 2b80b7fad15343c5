import type { Step } from './key-path.ts';

import { type ConfigMap, type ConfigValue, isConfigList, isConfigMap } from './config-value.ts';

type Scalar = Exclude<ConfigValue, ConfigMap | readonly ConfigValue[]>;

export interface ScalarAt {
  readonly steps: readonly Step[];
  readonly text: string;
}

/** Every scalar in the value as text, lists taken apart. An empty list is an empty text; an empty map is nothing. */
export function scalarsOf(value: ConfigValue, steps: readonly Step[] = []): readonly ScalarAt[] {
  if (isConfigList(value)) {
    const items = value.flatMap((item, index) => scalarsOf(item, [...steps, index]));
    return value.length === 0 ? [{ steps, text: '' }] : items;
  }
  if (isConfigMap(value)) {
    return Object.entries(value).flatMap(([key, inner]) => scalarsOf(inner, [...steps, key]));
  }
  return [{ steps, text: textOf(value) }];
}

/** Null has no text of its own. */
export function textOf(value: Scalar): string {
  return value === null ? '' : String(value);
}
