import type { Document } from '../src/documents/document.ts';
import type { Tree } from '../src/layering/tree.ts';

import { parseDocument } from '../src/documents/parse-document.ts';

/** A commit that holds these files. */
export function treeOf(files: Readonly<Record<string, string>>): Tree {
  const documents = new Map<string, Document>();
  return {
    paths: new Set(Object.keys(files)),
    document: (path) => {
      const document = documents.get(path) ?? parseDocument(path, files[path] ?? '');
      documents.set(path, document);
      return document;
    },
  };
}
