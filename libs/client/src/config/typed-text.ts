import type * as z from 'zod';

import {
  type ConfigMap,
  type ConfigValue,
  emptyMap,
  isConfigList,
  isConfigMap,
  type KeyPath,
} from '@signalbox/layering/keys';

import { toBoolean, toItems, toNumber } from './text-values.ts';

type Issue = z.core.$ZodIssue;
type Path = readonly PropertyKey[];

export interface TypedText<T> {
  readonly parsed: z.ZodSafeParseResult<T>;
  /** With the text that the schema wanted otherwise turned into that. */
  readonly configuration: ConfigMap;
}

/** A list, its items, a union in them: text is taken apart no deeper. */
const MAX_ROUNDS = 4;
const SEPARATOR = ',';

/**
 * Parses a configuration of which some values come from where there is only text. The schema says what they mean: what
 * it refuses as text is turned into the number, the boolean, the null or the list (between commas) that it asks for.
 *
 * @param isText whether the value of the key is text for want of a type
 */
export async function parseTypingText<T>(
  schema: z.ZodType<T>,
  configuration: ConfigMap,
  isText: (keyPath: KeyPath) => boolean,
): Promise<TypedText<T>> {
  let typed = configuration;
  for (let round = 1; ; round += 1) {
    const parsed = await schema.safeParseAsync(typed);
    const next = parsed.success ? typed : typeAll(typed, { issues: parsed.error.issues, above: [], isText });
    if (next === typed || round === MAX_ROUNDS) {
      return { parsed, configuration: typed };
    }
    typed = next;
  }
}

interface Refusal {
  readonly issues: readonly Issue[];
  readonly above: Path;
  readonly isText: (keyPath: KeyPath) => boolean;
}

/** The same map where nothing can be done. */
function typeAll(configuration: ConfigMap, { issues, above, isText }: Refusal): ConfigMap {
  return issues.reduce((map, issue) => typeOne(map, issue, { above, isText }), configuration);
}

function typeOne(configuration: ConfigMap, issue: Issue, { above, isText }: Omit<Refusal, 'issues'>): ConfigMap {
  const path = [...above, ...issue.path];
  if (issue.code === 'invalid_union') {
    return typeBranch(configuration, issue.errors, { above: path, isText });
  }
  const firstIndex = path.findIndex((step) => typeof step === 'number');
  const keyPath = path.slice(0, firstIndex === -1 ? path.length : firstIndex).map(String);
  return isText(keyPath) ? typeMap(configuration, path, (text) => toWanted(text, issue)) : configuration;
}

/** By the first member of a union all of whose objections this meets. */
function typeBranch(
  configuration: ConfigMap,
  branches: readonly (readonly Issue[])[],
  at: Omit<Refusal, 'issues'>,
): ConfigMap {
  for (const issues of branches) {
    let typed = configuration;
    const isMet = issues.every((issue) => {
      const before = typed;
      typed = typeOne(before, issue, at);
      return typed !== before;
    });
    if (isMet && typed !== configuration) {
      return typed;
    }
  }
  return configuration;
}

function typeMap(map: ConfigMap, [key, ...below]: Path, type: (text: string) => ConfigValue): ConfigMap {
  const value = typeof key === 'string' && Object.hasOwn(map, key) ? map[key] : undefined;
  if (typeof key !== 'string' || value === undefined) {
    return map;
  }
  const typed = typeValue(value, below, type);
  return typed === value ? map : Object.assign(emptyMap(), map, { [key]: typed });
}

function typeValue(value: ConfigValue, path: Path, type: (text: string) => ConfigValue): ConfigValue {
  if (path.length === 0) {
    return typeof value === 'string' ? type(value) : value;
  }
  if (isConfigList(value)) {
    const [index, ...below] = path;
    const items = value.map((item, at) => (at === index ? typeValue(item, below, type) : item));
    return items.some((item, at) => item !== value[at]) ? items : value;
  }
  return isConfigMap(value) ? typeMap(value, path, type) : value;
}

/** The text itself where it is no such value. */
function toWanted(text: string, issue: Issue): ConfigValue {
  switch (issue.code) {
    case 'invalid_type':
      return toType(text, issue.expected);
    case 'invalid_value':
      return toLiteral(text, issue.values);
    default:
      return text;
  }
}

function toType(text: string, expected: string): ConfigValue {
  switch (expected) {
    case 'number':
    case 'int':
      return toNumber(text) ?? text;
    case 'boolean':
      return toBoolean(text) ?? text;
    case 'array':
      return toItems(text, SEPARATOR);
    case 'null':
      return text === '' ? null : text;
    default:
      return text;
  }
}

function toLiteral(text: string, values: readonly unknown[]): ConfigValue {
  const meanings = [toNumber(text), toBoolean(text)];
  return meanings.find((meaning) => meaning !== undefined && values.includes(meaning)) ?? text;
}
