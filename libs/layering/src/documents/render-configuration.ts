import { stringify as stringifyYaml } from 'yaml';

import type { ConfigMap } from './config-value.ts';

import { UnrenderableError } from '../errors.ts';
import { dotenvName } from './dotenv-name.ts';
import { quoteDotenv } from './dotenv-text.ts';
import { formatSteps } from './key-path.ts';
import { propertyLine } from './property-text.ts';
import { scalarsOf } from './scalars.ts';
import { sorted } from './sorted.ts';

const RENDERERS = { json: renderJson, yaml: renderYaml, properties: renderProperties, dotenv: renderDotenv };

export type RenderFormat = keyof typeof RENDERERS;

/**
 * Text of the configuration, keys sorted: equal configurations give equal bytes. The formats of lines know only text,
 * no empty map, and neither null nor an empty list from an empty text.
 *
 * @throws UnrenderableError when dotenv cannot hold it: two keys of one name, or a value with all kinds of quotes
 */
export function renderConfiguration(values: ConfigMap, format: RenderFormat): string {
  return RENDERERS[format](sorted(values));
}

function renderJson(values: ConfigMap): string {
  return `${JSON.stringify(values, null, 2)}\n`;
}

/** YAML 1.2, with quotes around what a parser of YAML 1.1 would not take for text. */
function renderYaml(values: ConfigMap): string {
  return stringifyYaml(values, {
    version: '1.2',
    compat: 'yaml-1.1',
    lineWidth: 0,
    aliasDuplicateObjects: false,
  });
}

/** ASCII alone: readers of this format disagree about its encoding. */
function renderProperties(values: ConfigMap): string {
  return scalarsOf(values)
    .map((scalar) => `${escapeNonAscii(propertyLine(scalar, '='))}\n`)
    .join('');
}

function escapeNonAscii(line: string): string {
  return line.replace(/[^\t -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

function renderDotenv(values: ConfigMap): string {
  const keys = new Map<string, string>();
  const lines = scalarsOf(values).map(({ steps, text }) => {
    const name = dotenvName(steps);
    const key = formatSteps(steps);
    const other = keys.get(name);
    if (other !== undefined) {
      throw new UnrenderableError([other, key], `would all be named ${name} in dotenv`);
    }
    keys.set(name, key);
    return `${name}=${quoted(key, text)}\n`;
  });
  return lines.join('');
}

function quoted(key: string, text: string): string {
  const value = quoteDotenv(text);
  if (value === undefined) {
    throw new UnrenderableError([key], 'holds quotes of every kind, which dotenv cannot');
  }
  return value;
}
