import type { ConfigValue } from './config-value.ts';

export interface DocumentEdits {
  /** By key path as text. Applied after `unset`. */
  readonly set: ReadonlyMap<string, ConfigValue>;
  readonly unset: readonly string[];
}

/**
 * The text with the keys changed, comments and order kept. Without a text, a new document.
 *
 * @throws DocumentSyntaxError when the text is none of its format
 * @throws InvalidKeyPathError
 * @throws UnsupportedEditError when the format cannot hold the value
 */
export function editDocument(path: string, text: string | undefined, edits: DocumentEdits): string {
  throw new Error(`not edited yet: ${path} ${text ?? ''} ${edits.set.size}`);
}
