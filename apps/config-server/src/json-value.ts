import type { ConfigValue } from '@signalbox/layering';
import type { Configuration } from '@signalbox/schemas';

type JsonValue = Configuration[string];

/** The value as the wire schemas type it. */
export function toJson(value: ConfigValue): JsonValue {
  return value as JsonValue; // the same values: only the wire's lists and maps are not readonly
}
