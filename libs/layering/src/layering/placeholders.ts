import { type ConfigMap, type ConfigValue, emptyMap, isConfigList, isConfigMap } from '../documents/config-value.ts';
import { formatKeyPath, type KeyPath, parseKeyPath } from '../documents/key-path.ts';
import { MAX_DEPTH } from '../documents/limits.ts';
import { textOf } from '../documents/scalars.ts';
import { InvalidKeyPathError, PlaceholderError } from '../errors.ts';
import { originOf, type PlacedLayer } from './effective-configuration.ts';
import { valueAt } from './leaves.ts';
import { mayHoldPlaceholder, parseTemplate, type Part, type Template } from './template.ts';

/** Most characters that the placeholders of one configuration expand to: a few lines can stand for billions. */
const MAX_EXPANDED_CHARACTERS = 4_194_304;
/** Keys that can't be resolved, after which no other is tried. */
const MAX_REFUSED = 100;

export interface Resolution {
  readonly values: ConfigMap;
  /** Formatted key paths of values that are text because the fallback of a placeholder is. */
  readonly textKeys: ReadonlySet<string>;
}

/**
 * A placeholder that is a whole value stands for the other value as it is, with its type; one inside a text for its
 * text. A map cannot be referred to, nor a list inside a text.
 *
 * @throws PlaceholderError with all others that are wrong, up to 100
 */
export function resolvePlaceholders(values: ConfigMap, layers: readonly PlacedLayer[]): Resolution {
  const resolver = new Resolver(values, layers);
  const resolved = resolver.resolveMap(values, []);
  // Whoever refers to a broken key meets the same error.
  const [first, ...others] = new Map(resolver.refused.map((error) => [error.message, error])).values();
  if (first !== undefined) {
    throw new PlaceholderError(first, first.reason, others);
  }
  return { values: resolved, textKeys: resolver.textKeys };
}

interface Resolved {
  readonly value: ConfigValue;
  readonly isText: boolean;
  /** About as many characters as it would take written out. */
  readonly size: number;
}

class Resolver {
  readonly textKeys = new Set<string>();
  readonly refused: PlaceholderError[] = [];
  readonly #values: ConfigMap;
  readonly #layers: readonly PlacedLayer[];
  readonly #resolved = new Map<string, Resolved>();
  /** The keys being resolved, each but the first referred to by the one before. */
  readonly #open: KeyPath[] = [];
  #expandedCharacters = 0;

  constructor(values: ConfigMap, layers: readonly PlacedLayer[]) {
    this.#values = values;
    this.#layers = layers;
  }

  /** The map itself, where there is no placeholder in it. A value that can't be resolved stays as it is, and is among `refused`. */
  resolveMap(map: ConfigMap, above: KeyPath): ConfigMap {
    const changes = emptyMap();
    for (const [key, value] of Object.entries(map)) {
      const resolved = mayHold(value) ? this.#resolveIn(value, [...above, key]) : value;
      if (resolved !== value) {
        changes[key] = resolved;
      }
    }
    return Object.keys(changes).length === 0 ? map : Object.assign(emptyMap(), map, changes);
  }

  #resolveIn(value: ConfigValue, keyPath: KeyPath): ConfigValue {
    if (isConfigMap(value)) {
      return this.resolveMap(value, keyPath);
    }
    if (this.refused.length === MAX_REFUSED) {
      return value;
    }
    try {
      const { value: resolved, isText } = this.#leaf(keyPath, value);
      if (isText) {
        this.textKeys.add(formatKeyPath(keyPath));
      }
      return resolved;
    } catch (error) {
      this.#collect(error);
      return value;
    }
  }

  #collect(error: unknown): void {
    if (!(error instanceof PlaceholderError)) {
      throw error;
    }
    this.refused.push(error);
    this.#open.length = 0;
  }

  #leaf(keyPath: KeyPath, value: ConfigValue): Resolved {
    const key = formatKeyPath(keyPath);
    const known = this.#resolved.get(key);
    if (known !== undefined) {
      return known;
    }
    this.#enter(keyPath, key);
    const resolved = this.#expand(value);
    this.#open.pop();
    this.#resolved.set(key, resolved);
    return resolved;
  }

  #enter(keyPath: KeyPath, key: string): void {
    const chain = this.#open.map((open) => formatKeyPath(open));
    if (chain.includes(key)) {
      const circle = [...chain.slice(chain.indexOf(key)), key].join(' -> ');
      this.#refuse(`refers to itself: ${circle}`);
    }
    if (chain.length === MAX_DEPTH) {
      this.#refuse(`is at the end of more than ${MAX_DEPTH} placeholders that refer to each other`);
    }
    this.#open.push(keyPath);
  }

  #expand(value: ConfigValue): Resolved {
    if (typeof value === 'string') {
      return this.#charge(this.#expandText(value));
    }
    if (isConfigList(value)) {
      const items = value.map((item) => this.#expand(item));
      return { value: items.map((item) => item.value), isText: false, size: sizeOf(items) };
    }
    if (isConfigMap(value)) {
      const entries = Object.entries(value).map(([key, inner]) => [key, this.#expand(inner)] as const);
      const map = emptyMap();
      entries.forEach(([key, inner]) => {
        map[key] = inner.value;
      });
      return { value: map, isText: false, size: sizeOf(entries.map(([, inner]) => inner)) };
    }
    return { value, isText: false, size: 1 };
  }

  #expandText(text: string): Resolved {
    if (!mayHoldPlaceholder(text)) {
      return { value: text, isText: false, size: text.length };
    }
    return this.#evaluate(parseTemplate(text));
  }

  #evaluate(template: Template): Resolved {
    const [whole, ...others] = template;
    if (whole?.kind === 'placeholder' && others.length === 0) {
      return this.#lookUp(whole);
    }
    const text = template.map((part) => this.#textOf(part)).join('');
    return { value: text, isText: false, size: text.length };
  }

  #textOf(part: Part): string {
    if (part.kind === 'text') {
      return part.text;
    }
    if (part.kind === 'too deep') {
      return this.#refuse(`has defaults nested deeper than ${MAX_DEPTH} levels`);
    }
    const { value, size } = this.#lookUp(part);
    if (isConfigMap(value) || isConfigList(value)) {
      return this.#refuse(`refers to the list \${${part.key}} inside a text`);
    }
    this.#charge({ value, isText: false, size });
    return textOf(value);
  }

  #lookUp({ key, fallback }: Part & { kind: 'placeholder' }): Resolved {
    const keyPath = this.#keyPath(key);
    const value = valueAt(this.#values, keyPath);
    if (isConfigMap(value)) {
      return this.#refuse(`refers to \${${key}}, which is a map`);
    }
    if (value !== undefined) {
      const found = this.#leaf(keyPath, value);
      return { ...found, isText: found.isText || originOf(this.#layers, keyPath)?.typed === false };
    }
    if (fallback === undefined) {
      return this.#refuse(`refers to \${${key}}, which is not there and has no default`);
    }
    const evaluated = this.#evaluate(fallback);
    return { ...evaluated, isText: evaluated.isText || typeof evaluated.value === 'string' };
  }

  #keyPath(key: string): KeyPath {
    try {
      return parseKeyPath(key);
    } catch (error) {
      if (error instanceof InvalidKeyPathError) {
        return this.#refuse(`has a placeholder without a key: ${error.message}`);
      }
      throw error;
    }
  }

  #charge(resolved: Resolved): Resolved {
    this.#expandedCharacters += resolved.size;
    if (this.#expandedCharacters > MAX_EXPANDED_CHARACTERS) {
      this.#refuse(`expands, with others, to more than ${MAX_EXPANDED_CHARACTERS} characters`);
    }
    return resolved;
  }

  /** The key at fault is the one whose value holds the placeholder. */
  #refuse(reason: string): never {
    const keyPath = this.#open.at(-1) ?? [];
    const origin = originOf(this.#layers, keyPath);
    const key = formatKeyPath(keyPath);
    throw new PlaceholderError({ key, path: origin?.path ?? '', line: origin?.lineOf(keyPath) }, reason);
  }
}

/** A look at the surface: a map is looked into when its turn comes. */
function mayHold(value: ConfigValue): boolean {
  if (isConfigList(value)) {
    return value.some(mayHold);
  }
  return isConfigMap(value) || (typeof value === 'string' && mayHoldPlaceholder(value));
}

function sizeOf(parts: readonly Resolved[]): number {
  return parts.reduce((size, part) => size + part.size, 1);
}
