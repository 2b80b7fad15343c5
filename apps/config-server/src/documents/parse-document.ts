import type { Document } from './document.ts';

export function isDocumentPath(path: string): boolean {
  return /[^/.][^/]*\.(?:yaml|yml|json|properties|env)$/.test(path);
}

/** @throws DocumentSyntaxError */
export function parseDocument(path: string, text: string): Document {
  throw new Error(`not parsed yet: ${path} ${text.length}`);
}
