import type { ConfigMap } from './config-value.ts';

export type RenderFormat = 'json' | 'yaml' | 'properties' | 'dotenv';

/**
 * Text of the configuration, keys sorted: equal configurations give equal bytes.
 *
 * @throws UnrenderableError when the format cannot hold it (dotenv: two keys of one name, a value it cannot quote)
 */
export function renderConfiguration(values: ConfigMap, format: RenderFormat): string {
  throw new Error(`not rendered yet: ${Object.keys(values).length} ${format}`);
}
