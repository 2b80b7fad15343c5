import type { Pair, Tree } from '@signalbox/layering';

import {
  type ConfigMap,
  type ConfigValue,
  isConfigList,
  isConfigMap,
  isSecretName,
  type KeyPath,
} from '@signalbox/layering/keys';
import { fromPointer, holdsSecretReference, isShowable } from '@signalbox/validation';

/** Longer values are cut: what is wrong with them shows at their beginning, or not at all. */
const MAX_SHOWN_CHARACTERS = 80;
const NOT_SHOWN = 'not shown';
/** A URL with a user and a password before its host (RFC 3986, section 3.2.1). */
const URL_WITH_PASSWORD = /:\/\/[^/?#\s]*@/;

/** A configuration, and what its schemas are found by. */
export interface Shown {
  readonly tree: Tree;
  readonly pair: Pair;
  readonly values: ConfigMap;
}

/**
 * What a message may say of the value that a pointer leads to. A value is shown if a schema knows its key, and neither schema, name nor
 * content says that it may be a secret; maps and lists are not shown. Undefined where there is no value.
 */
export function shownValue({ tree, pair, values }: Shown, pointer: string): string | undefined {
  const keyPath = fromPointer(pointer);
  const value = valueAt(values, keyPath);
  if (value === undefined || isConfigList(value) || isConfigMap(value)) {
    return undefined;
  }
  return isSecret(value, keyPath) || !isShowable(tree, pair, keyPath) ? NOT_SHOWN : shorten(value);
}

/** Into lists as well: a pointer names an item by its index. */
function valueAt(values: ConfigValue, keyPath: KeyPath): ConfigValue | undefined {
  let value: ConfigValue | undefined = values;
  for (const key of keyPath) {
    if (isConfigList(value)) {
      value = value[Number(key)];
    } else {
      value = isConfigMap(value) && Object.hasOwn(value, key) ? value[key] : undefined;
    }
  }
  return value;
}

function isSecret(value: ConfigValue, keyPath: KeyPath): boolean {
  return (
    keyPath.some((key) => isSecretName(key)) ||
    (typeof value === 'string' && (holdsSecretReference(value) || URL_WITH_PASSWORD.test(value)))
  );
}

function shorten(value: ConfigValue): string {
  const text = JSON.stringify(value);
  return text.length <= MAX_SHOWN_CHARACTERS ? text : `${text.slice(0, MAX_SHOWN_CHARACTERS)}…`;
}
