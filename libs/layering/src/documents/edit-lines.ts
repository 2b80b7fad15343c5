import type { DocumentEdits } from './document-edits.ts';
import type { Statement } from './statement.ts';

import { UnsupportedEditError } from '../errors.ts';
import { type ConfigValue, isConfigList, isConfigMap } from './config-value.ts';
import { isDotenvName, quoteDotenv } from './dotenv-text.ts';
import { envStatements } from './env-document.ts';
import { formatKeyPath, type KeyPath, parseKeyPath } from './key-path.ts';
import { propertyStatements } from './properties-document.ts';
import { propertyLine } from './property-text.ts';
import { scalarsOf, textOf } from './scalars.ts';

interface LineFormat {
  readonly statements: (path: string, text: string) => readonly Statement[];
  /** Lines that say the value, in the style of a statement. */
  readonly render: (target: Target, value: ConfigValue, like: Style) => readonly string[];
}

interface Target {
  readonly path: string;
  readonly keyPath: KeyPath;
}

type Style = Pick<Statement, 'lead' | 'separator' | 'trail'>;

const PLAIN_STYLE: Style = { lead: '', separator: '=', trail: '' };

export function editProperties(path: string, text: string, edits: DocumentEdits): string {
  return editLines({ statements: propertyStatements, render: renderProperty }, { path, text }, edits);
}

export function editEnv(path: string, text: string, edits: DocumentEdits): string {
  return editLines({ statements: envStatements, render: renderEnv }, { path, text }, edits);
}

function editLines(format: LineFormat, { path, text }: { path: string; text: string }, edits: DocumentEdits): string {
  let edited = text;
  for (const key of edits.unset) {
    const keyPath = parseKeyPath(key);
    edited = replace(edited, format.statements(path, edited).filter(isAtOrBelow(keyPath)), []);
  }
  for (const [key, value] of edits.set) {
    const keyPath = parseKeyPath(key);
    const statements = format.statements(path, edited);
    const replaced = statements.filter((statement) => isAtOrBelow(keyPath)(statement) || isAbove(keyPath)(statement));
    const style = replaced[0] ?? { ...PLAIN_STYLE, separator: statements[0]?.separator ?? PLAIN_STYLE.separator };
    edited = replace(edited, replaced, format.render({ path, keyPath }, value, style));
  }
  return edited;
}

/** Puts the lines where the first of the statements stood; at the end, if there is none. */
function replace(text: string, statements: readonly Statement[], lines: readonly string[]): string {
  if (statements.length === 0) {
    const ended = text === '' || text.endsWith('\n') ? text : `${text}\n`;
    return ended + lines.map((line) => `${line}\n`).join('');
  }
  const pieces: string[] = [];
  let position = 0;
  for (const [index, statement] of statements.entries()) {
    const added = index === 0 ? lines : [];
    pieces.push(text.slice(position, statement.start), added.join('\n'));
    position = added.length > 0 ? statement.end : statement.end + 1;
  }
  return pieces.join('') + text.slice(position);
}

function isAtOrBelow(keyPath: KeyPath): (statement: Statement) => boolean {
  return ({ steps }) => keyPath.every((key, depth) => steps[depth] === key);
}

/** A text or a list where the path needs a map. */
function isAbove(keyPath: KeyPath): (statement: Statement) => boolean {
  return ({ steps }) => {
    const firstIndex = steps.findIndex((step) => typeof step === 'number');
    const keys = steps.slice(0, firstIndex === -1 ? steps.length : firstIndex);
    return keys.length < keyPath.length && keys.every((key, depth) => keyPath[depth] === key);
  };
}

function renderProperty({ keyPath }: Target, value: ConfigValue, { lead, separator }: Style): readonly string[] {
  return scalarsOf(value, keyPath).map((scalar) => lead + propertyLine(scalar, separator));
}

function renderEnv({ path, keyPath }: Target, value: ConfigValue, style: Style): readonly string[] {
  const key = formatKeyPath(keyPath);
  const [name = ''] = keyPath;
  if (keyPath.length > 1 || !isDotenvName(name)) {
    throw new UnsupportedEditError({ path, key }, 'is no variable name');
  }
  if (isConfigMap(value) || isConfigList(value)) {
    throw new UnsupportedEditError({ path, key }, 'cannot hold a map or a list');
  }
  const quoted = quoteDotenv(textOf(value));
  if (quoted === undefined) {
    throw new UnsupportedEditError({ path, key }, 'cannot be quoted in an env file');
  }
  return [`${style.lead}${name}${style.separator}${quoted}${style.trail}`];
}
