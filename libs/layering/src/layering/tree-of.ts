import type { Document } from '../documents/document.ts';
import type { Tree } from './tree.ts';

import { parseDocument } from '../documents/parse-document.ts';

/** A tree of texts by path. */
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
