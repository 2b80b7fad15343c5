export type ConfigValue = string | number | boolean | null | readonly ConfigValue[] | ConfigMap;

/** Has no prototype, so that a key such as `constructor` finds nothing but what a document says. */
export interface ConfigMap {
  readonly [key: string]: ConfigValue;
}

export type MutableConfigMap = Record<string, ConfigValue>;

export function emptyMap(): MutableConfigMap {
  return Object.create(null) as MutableConfigMap; // Object.create is typed any
}

export function isConfigMap(value: ConfigValue | undefined): value is ConfigMap {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isConfigList(value: ConfigValue | undefined): value is readonly ConfigValue[] {
  return Array.isArray(value);
}
