import type { Tree } from './tree.ts';

import { DocumentSyntaxError } from '../errors.ts';
import { COMMON, importsOf } from './imports.ts';
import { DESCRIPTION, type Place, placeOf, RESERVED_STEMS, SCHEMA } from './places.ts';

/** Names of documents that only a service has: a folder with one stays a service, whoever imports it. */
const MARKS_OF_A_SERVICE: ReadonlySet<string> = new Set([DESCRIPTION, SCHEMA]);

/** What can stand in paths, references and DNS labels alike. */
const NAME = /^(?!.*\.\.)[A-Za-z0-9](?:[A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$/;

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

function placedDocuments(tree: Tree): readonly Place[] {
  return [...tree.paths]
    .map((path) => placeOf(path))
    .filter((place) => place !== undefined)
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
