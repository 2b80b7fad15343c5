import type { Document as YamlSource } from 'yaml';

import { DocumentSyntaxError } from '../errors.ts';
import { type Document, lineAt } from './document.ts';
import { openYaml, toDocument } from './yaml-document.ts';

/** Characters on each side of the offending one that V8 quotes in a message without a position. */
const QUOTED_AROUND = 10;

export function parseJson(path: string, text: string): Document {
  return toDocument(path, text, openJson(path, text));
}

/**
 * Read as JSON for what is allowed, and as YAML, of which JSON is a part, for lines and duplicate keys.
 *
 * @throws DocumentSyntaxError
 */
export function openJson(path: string, text: string): YamlSource {
  if (text.trim() !== '') {
    checkSyntax(path, text);
  }
  return openYaml(path, text);
}

function checkSyntax(path: string, text: string): void {
  try {
    JSON.parse(text);
  } catch (error) {
    throw new DocumentSyntaxError({ path, line: flawLine(text) }, 'is not valid JSON', error);
  }
}

/**
 * V8 tells a position only in some of its messages. In the others it quotes what surrounds the offending character,
 * provided that there is enough around it.
 */
function flawLine(text: string): number | undefined {
  const padding = ' '.repeat(2 * QUOTED_AROUND + 1);
  const padded = `${padding}${text.trimEnd()}${padding}`;
  const message = parseMessage(padded);
  const position = /at position (\d+)/.exec(message)?.[1];
  if (position !== undefined) {
    return lineAt(text, Number(position) - padding.length);
  }
  const quoted = /\.\.\."([\s\S]*)"\.\.\. is not valid JSON$/.exec(message)?.[1];
  if (quoted !== undefined) {
    return lineAt(text, padded.indexOf(quoted) + QUOTED_AROUND - padding.length);
  }
  return lineAt(text, text.trimEnd().length);
}

function parseMessage(text: string): string {
  try {
    JSON.parse(text);
    return '';
  } catch (error) {
    return String(error);
  }
}
