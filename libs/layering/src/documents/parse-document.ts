import type { Document } from './document.ts';

import { DocumentSyntaxError } from '../errors.ts';
import { parseEnv } from './env-document.ts';
import { parseJson } from './json-document.ts';
import { MAX_DOCUMENT_CHARACTERS } from './limits.ts';
import { parseProperties } from './properties-document.ts';
import { parseYaml } from './yaml-document.ts';

const PARSERS = { yaml: parseYaml, yml: parseYaml, json: parseJson, properties: parseProperties, env: parseEnv };

export type DocumentExtension = keyof typeof PARSERS;

/** Of two documents that differ only in this, the later one here has precedence. */
export const DOCUMENT_EXTENSIONS: readonly DocumentExtension[] = ['yaml', 'yml', 'json', 'properties', 'env'];

const DOCUMENT_NAME = new RegExp(`(?:^|/)[^/.][^/]*\\.(${DOCUMENT_EXTENSIONS.join('|')})$`);

/** By its name: one of the known extensions, and something before it. */
export function isDocumentPath(path: string): boolean {
  return DOCUMENT_NAME.test(path);
}

/** @throws DocumentSyntaxError */
export function extensionOf(path: string): DocumentExtension {
  const extension = DOCUMENT_EXTENSIONS.find((candidate) => path.endsWith(`.${candidate}`));
  if (extension === undefined) {
    throw new DocumentSyntaxError({ path }, `is none of ${DOCUMENT_EXTENSIONS.join(', ')}`);
  }
  return extension;
}

/**
 * An empty text is an empty document.
 *
 * @throws DocumentSyntaxError
 */
export function parseDocument(path: string, text: string): Document {
  if (text.length > MAX_DOCUMENT_CHARACTERS) {
    throw new DocumentSyntaxError({ path }, `is longer than ${MAX_DOCUMENT_CHARACTERS} characters`);
  }
  return PARSERS[extensionOf(path)](path, normalise(text));
}

/** Without a byte order mark, and with one kind of line end: offsets are told in lines, never in characters. */
export function normalise(text: string): string {
  return text.replace(/^\uFEFF/, '').replace(/\r\n?/g, '\n');
}
