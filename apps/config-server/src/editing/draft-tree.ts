import { type Document, isDocumentPath, parseDocument, type Tree } from '@signalbox/layering';

/**
 * The tree as it would be with the files written over it.
 *
 * @throws DocumentSyntaxError when one of the files is a document and broken
 */
export function draftTree(base: Tree, files: ReadonlyMap<string, string>): Tree {
  const written = new Map<string, Document>();
  for (const [path, content] of files) {
    if (isDocumentPath(path)) {
      written.set(path, parseDocument(path, content));
    }
  }
  return {
    paths: new Set([...base.paths, ...written.keys()]),
    document: (path) => written.get(path) ?? base.document(path),
  };
}
