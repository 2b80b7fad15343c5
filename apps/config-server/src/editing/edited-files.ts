import { DEFAULT_STEM, DOTENV_FOLDER, editDocument, pathsAt, placeOf } from '@signalbox/layering';

import type { Edit } from './edit.ts';

import { InvalidPathError } from '../errors.ts';

/** Where an edit finds the text that it changes. */
export interface EditableTree {
  readonly paths: ReadonlySet<string>;
  text(path: string): string | undefined;
}

const FILE_NAME = /^[A-Za-z0-9_-](?:[A-Za-z0-9._-]{0,126}[A-Za-z0-9_-])?$/;

/**
 * Path to new content of the files that the edit changes; without those that it leaves as they are.
 *
 * @throws InvalidPathError
 * @throws DocumentSyntaxError when the text of a file to edit is none of its format
 * @throws InvalidKeyPathError
 * @throws UnsupportedEditError
 */
export function editedFiles(tree: EditableTree, edit: Edit): ReadonlyMap<string, string> {
  const files = edit.kind === 'file' ? [[writablePath(edit), edit.content] as const] : editedDocuments(tree, edit);
  return new Map(files.filter(([path, content]) => tree.text(path) !== content));
}

/** In a layer of several documents a key has one home: set in the first of them (a yaml file, where there is none), it is taken out of the others, or they could win. */
function editedDocuments(
  tree: EditableTree,
  { folder, environment, set, unset }: Edit & { kind: 'keys' },
): readonly (readonly [string, string])[] {
  const layer = pathsAt({ folder, stem: environment ?? DEFAULT_STEM });
  const [home = layer[0] ?? '', ...others] = layer.filter((path) => tree.paths.has(path));
  const gone = [...unset, ...set.keys()];
  return [
    [home, editDocument(home, tree.text(home), { set, unset })],
    ...others.map((path) => [path, editDocument(path, tree.text(path), { set: new Map(), unset: gone })] as const),
  ];
}

/**
 * One plain file name in the folder, or an own document of the dotenv layout: no way up, out, into `.git`, to a document of another
 * service, or to a name that a shell, a ref or a file system reads differently.
 */
function writablePath({ folder, environment, path }: Edit & { kind: 'file' }): string {
  const isDotenv = path.startsWith(`${DOTENV_FOLDER}/`);
  const names = isDotenv ? path.split('/').slice(1) : [path.slice(folder.length + 1)];
  const isOwn = isDotenv ? placeOf(path)?.folder === folder : path === `${folder}/${names.join('/')}`;
  if (!isOwn || !names.every((name) => FILE_NAME.test(name))) {
    throw new InvalidPathError(path, `is not a plain file name in the folder ${folder}`);
  }
  if (environment !== undefined && placeOf(path)?.stem !== environment) {
    throw new InvalidPathError(path, `is not a document of the environment ${environment}`);
  }
  return path;
}
