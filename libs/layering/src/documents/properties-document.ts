import { type Pair, parseLines } from 'dot-properties';

import type { Statement } from './statement.ts';

import { DocumentSyntaxError, InvalidKeyPathError } from '../errors.ts';
import { type Document, lineAt, lineFinder } from './document.ts';
import { parseSteps, type Step } from './key-path.ts';
import { KeyTree } from './key-tree.ts';

/** An odd number of backslashes, the last of which begins an escape that is none. */
const MALFORMED_ESCAPE = /(?<!\\)(?:\\\\)*\\u(?![0-9a-fA-F]{4})/;

/** `a.b=1` is a key in a map, `a[0]=1` an element of a list. All values are text. */
export function parseProperties(path: string, text: string): Document {
  const tree = new KeyTree(path);
  for (const statement of propertyStatements(path, text)) {
    tree.add(statement);
  }
  return { path, typed: false, root: tree.toMap(), lineOf: lineFinder(tree.lines) };
}

/** @throws DocumentSyntaxError */
export function propertyStatements(path: string, text: string): readonly Statement[] {
  const statements: Statement[] = [];
  let line = 1;
  let counted = 0;
  for (const node of parseLines(text, true)) {
    if (node.type === 'PAIR') {
      const pair = node as Required<Pair>; // the type that its own tag tells
      line += lineAt(text.slice(counted, pair.range[0]), Infinity) - 1;
      counted = pair.range[0];
      statements.push(toStatement(pair, { path, text, line }));
    }
  }
  return statements;
}

function toStatement(pair: Required<Pair>, at: { path: string; text: string; line: number }): Statement {
  const [keyStart, keyEnd, valueStart, valueEnd] = pair.range;
  const { text, line } = at;
  if (MALFORMED_ESCAPE.test(text.slice(keyStart, valueEnd))) {
    throw new DocumentSyntaxError(at, 'holds a \\u escape without four hexadecimal digits');
  }
  const start = text.lastIndexOf('\n', keyStart) + 1;
  return {
    key: pair.key,
    steps: stepsOf(pair.key, at),
    value: pair.value,
    line,
    start,
    end: valueEnd,
    lead: text.slice(start, keyStart),
    separator: text.slice(keyEnd, valueStart),
    trail: '',
  };
}

function stepsOf(key: string, at: { path: string; line: number }): readonly Step[] {
  try {
    return parseSteps(key);
  } catch (error) {
    if (error instanceof InvalidKeyPathError) {
      throw new DocumentSyntaxError(at, error.message, error);
    }
    throw error;
  }
}
