import type { Document } from '../documents/document.ts';
import type { Tree } from './tree.ts';

import { parseDocument } from '../documents/parse-document.ts';

/** A tree of texts by path. Asked for a document that it does not have, it throws a RangeError that names the path. */
export function treeOf(files: Readonly<Record<string, string>>): Tree {
  const documents = new Map<string, Document>();
  return {
    paths: new Set(Object.keys(files)),
    document: (path) => {
      const document = documents.get(path) ?? parseDocument(path, textAt(files, path));
      documents.set(path, document);
      return document;
    },
  };
}

function textAt(files: Readonly<Record<string, string>>, path: string): string {
  const text = Object.hasOwn(files, path) ? files[path] : undefined;
  if (text === undefined) {
    throw new RangeError(`the tree has no ${JSON.stringify(path)}`);
  }
  return text;
}
