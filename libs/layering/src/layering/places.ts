import { DOCUMENT_EXTENSIONS, isDocumentPath } from '../documents/parse-document.ts';

/** What a document is to its service or group: its defaults, its values in one environment, or what is said about it. */
export interface Place {
  readonly folder: string;
  /** `default`, an environment, `service` or `schema`. */
  readonly stem: string;
}

/** The folder of the dotenv layout, which is therefore the name of no service and no group. */
export const DOTENV_FOLDER = 'env';

export const DEFAULT_STEM = 'default';
/** Name, without its extension, of the document that says what a service is made of. */
export const DESCRIPTION = 'service';
/** Name, without its extension, of a schema. */
export const SCHEMA = 'schema';

/** Names of documents that stand for no environment. */
export const RESERVED_STEMS: ReadonlySet<string> = new Set([DEFAULT_STEM, DESCRIPTION, SCHEMA]);

/** Of the dotenv layout, those documents that are no env files. */
const ABOUT_A_SERVICE = new RegExp(`^(.+)\\.(?:(${DESCRIPTION})\\.(?:yaml|yml|json)|(${SCHEMA})\\.json)$`);
const ENV = /^(.+)\.env$/;

/**
 * Where a document of a repository stands, in the native layout (`orders/production.yaml`) or in the dotenv layout
 * (`env/orders.env`, `env/production/orders.env`, `env/orders.service.yaml`, `env/orders.schema.json`). Undefined for a
 * path that is read by neither.
 */
export function placeOf(path: string): Place | undefined {
  if (!isDocumentPath(path)) {
    return undefined;
  }
  const [folder = '', ...names] = path.split('/');
  if (folder === DOTENV_FOLDER) {
    return placeInDotenv(names);
  }
  const [name] = names;
  return names.length === 1 && name !== undefined ? { folder, stem: name.slice(0, name.lastIndexOf('.')) } : undefined;
}

/** As comparing `placeOf`, at the cost of a look at the beginning of most paths. */
export function isPlacedIn(path: string, folder: string): boolean {
  const isDotenv = path.startsWith(`${DOTENV_FOLDER}/`);
  return isDotenv ? placeOf(path)?.folder === folder : path.startsWith(`${folder}/`);
}

/** Paths of documents that may stand there, lowest precedence first. */
export function pathsAt({ folder, stem }: Place): readonly string[] {
  const native = DOCUMENT_EXTENSIONS.map((extension) => `${folder}/${stem}.${extension}`);
  return [...(folder === DOTENV_FOLDER ? [] : native), ...dotenvPathsAt({ folder, stem })];
}

function placeInDotenv([first = '', second, ...deeper]: readonly string[]): Place | undefined {
  if (second === undefined) {
    return placeByName(first);
  }
  const folder = ENV.exec(second)?.[1];
  return folder === undefined || deeper.length > 0 || RESERVED_STEMS.has(first) ? undefined : { folder, stem: first };
}

function placeByName(name: string): Place | undefined {
  const [, about, description, schema] = ABOUT_A_SERVICE.exec(name) ?? [];
  const folder = about ?? ENV.exec(name)?.[1];
  return folder === undefined ? undefined : { folder, stem: description ?? schema ?? DEFAULT_STEM };
}

function dotenvPathsAt({ folder, stem }: Place): readonly string[] {
  switch (stem) {
    case DEFAULT_STEM:
      return [`${DOTENV_FOLDER}/${folder}.env`];
    case DESCRIPTION:
      return ['yaml', 'yml', 'json'].map((extension) => `${DOTENV_FOLDER}/${folder}.${DESCRIPTION}.${extension}`);
    case SCHEMA:
      return [`${DOTENV_FOLDER}/${folder}.${SCHEMA}.json`];
    default:
      return [`${DOTENV_FOLDER}/${stem}/${folder}.env`];
  }
}
