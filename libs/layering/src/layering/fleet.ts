import type { Tree } from './tree.ts';

import { isDocumentPath } from '../documents/parse-document.ts';
import { DocumentSyntaxError } from '../errors.ts';
import { COMMON, DESCRIPTION, importsOf } from './imports.ts';

/** Names of documents, without their extension, that stand for no environment. */
const RESERVED_STEMS: ReadonlySet<string> = new Set(['default', DESCRIPTION, 'schema']);

/** Names of documents that only a service has: a folder with one stays a service, whoever imports it. */
const MARKS_OF_A_SERVICE: ReadonlySet<string> = new Set([DESCRIPTION, 'schema']);

/** What can stand in paths, references and DNS labels alike. */
const NAME = /^(?!.*\.\.)[A-Za-z0-9](?:[A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$/;

interface PlacedDocument {
  readonly folder: string;
  readonly stem: string;
}

/**
 * Names of the folders that hold a document, sorted. Neither `common` is a service, nor a folder that others import,
 * unless it has a description or a schema of its own.
 */
export function servicesOf(tree: Tree): readonly string[] {
  const documents = placedDocuments(tree);
  const marked = new Set(documents.filter(({ stem }) => MARKS_OF_A_SERVICE.has(stem)).map(({ folder }) => folder));
  const groups = new Set([...marked].flatMap((service) => groupsOf(tree, service)));
  return sortedNames(documents.map(({ folder }) => folder)).filter(
    (folder) => folder !== COMMON && (marked.has(folder) || !groups.has(folder)),
  );
}

/** Names of the environments that any folder has a document of, sorted. */
export function environmentsOf(tree: Tree): readonly string[] {
  return sortedNames(placedDocuments(tree).map(({ stem }) => stem)).filter((stem) => !RESERVED_STEMS.has(stem));
}

function placedDocuments(tree: Tree): readonly PlacedDocument[] {
  return [...tree.paths]
    .filter((path) => path.indexOf('/') === path.lastIndexOf('/') && path.includes('/') && isDocumentPath(path))
    .map((path) => {
      const slash = path.indexOf('/');
      return { folder: path.slice(0, slash), stem: path.slice(slash + 1, path.lastIndexOf('.')) };
    })
    .filter(({ folder, stem }) => NAME.test(folder) && NAME.test(stem));
}

/** One service's broken description is that service's problem: it must not hide the others. */
function groupsOf(tree: Tree, service: string): readonly string[] {
  try {
    return importsOf(tree, service).map(({ group }) => group);
  } catch (error) {
    if (error instanceof DocumentSyntaxError) {
      return [];
    }
    throw error;
  }
}

function sortedNames(names: readonly string[]): readonly string[] {
  return [...new Set(names)].toSorted();
}
