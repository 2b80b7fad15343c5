import { parse as parseDotenv } from 'dotenv';

import type { Statement } from './statement.ts';

import { DocumentSyntaxError } from '../errors.ts';
import { emptyMap } from './config-value.ts';
import { type Document, lineAt, lineFinder } from './document.ts';
import { FORBIDDEN_KEY, formatKeyPath } from './key-path.ts';

const BLANK_OR_COMMENT = /[^\S\n]*(?:#[^\n]*)?(?:\n|$)/y;
const STATEMENT =
  /([^\S\n]*(?:export[^\S\n]+)?)([\w.-]+)([^\S\n]*=[^\S\n]*)((?:'(?:\\'|[^'])*'|"(?:\\"|[^"])*"|`(?:\\`|[^`])*`)[^\S\n]*|[^#\n'"`\s][^#\n]*|)(#[^\n]*)?(?=\n|$)/y;

/** Keys are flat, as they are written; all values are text. Quotes and escapes are those of the dotenv package. */
export function parseEnv(path: string, text: string): Document {
  const root = emptyMap();
  const lines = new Map<string, number>();
  for (const { key, value, line } of envStatements(path, text)) {
    if (key === FORBIDDEN_KEY) {
      throw new DocumentSyntaxError({ path, line }, `holds the reserved key ${FORBIDDEN_KEY}`);
    }
    if (Object.hasOwn(root, key)) {
      throw new DocumentSyntaxError({ path, line }, `has the key "${key}" twice`);
    }
    root[key] = value;
    lines.set(formatKeyPath([key]), line);
  }
  return { path, typed: false, root, lineOf: lineFinder(lines) };
}

/**
 * The dotenv package skips what it does not understand and tells no lines, so the text is cut into statements here.
 *
 * @throws DocumentSyntaxError
 */
export function envStatements(path: string, text: string): readonly Statement[] {
  const statements: Statement[] = [];
  let line = 1;
  for (let start = 0; start < text.length;) {
    BLANK_OR_COMMENT.lastIndex = start;
    if (BLANK_OR_COMMENT.test(text)) {
      start = BLANK_OR_COMMENT.lastIndex;
      line += 1;
      continue;
    }
    const statement = statementAt(text, { path, start, line });
    statements.push(statement);
    line += lineAt(text.slice(start, statement.end), Infinity);
    start = statement.end + 1;
  }
  return statements;
}

function statementAt(text: string, at: { path: string; start: number; line: number }): Statement {
  STATEMENT.lastIndex = at.start;
  const match = STATEMENT.exec(text);
  if (match === null) {
    throw new DocumentSyntaxError(at, 'is not of the form NAME=value, or has a quote without its end');
  }
  const [source, lead = '', key = '', separator = '', value = '', comment = ''] = match;
  return {
    key,
    steps: [key],
    value: parseDotenv(source)[key] ?? '',
    line: at.line,
    start: at.start,
    end: STATEMENT.lastIndex,
    lead,
    separator,
    trail: value.slice(value.trimEnd().length) + comment,
  };
}
