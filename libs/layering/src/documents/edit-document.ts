import type { DocumentEdits } from './document-edits.ts';

import { editEnv, editProperties } from './edit-lines.ts';
import { editJson, editYaml } from './edit-nodes.ts';
import { extensionOf, normalise, parseDocument } from './parse-document.ts';

const EDITORS = { yaml: editYaml, yml: editYaml, json: editJson, properties: editProperties, env: editEnv };

/**
 * The text with the keys changed, its comments, order and line ends kept. Without a text, a new document.
 *
 * @throws DocumentSyntaxError when the text is none of its format, or the edited one would go beyond its bounds
 * @throws InvalidKeyPathError
 * @throws UnsupportedEditError when the format cannot hold the value, or a YAML alias would carry it elsewhere
 */
export function editDocument(path: string, text: string | undefined, edits: DocumentEdits): string {
  const before = text ?? '';
  parseDocument(path, before);
  const edited = EDITORS[extensionOf(path)](path, normalise(before), edits);
  parseDocument(path, edited);
  return before.includes('\r\n') ? edited.replaceAll('\n', '\r\n') : edited;
}
