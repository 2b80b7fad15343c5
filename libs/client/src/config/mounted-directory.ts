import { createHash } from 'node:crypto';
import { readdir, readFile, readlink, stat } from 'node:fs/promises';
import { extname, join } from 'node:path';

import type { KeyPath } from '@signalbox/layering/keys';

import { composeConfiguration, isDocumentPath, treeOf } from '@signalbox/layering';

import type { ConfigPair, ServedConfiguration } from './served-configuration.ts';

import { DirectoryError } from '../errors.ts';
import { foldersOf, isVisible } from './directory-folders.ts';

/** A ConfigMap holds at most 1 MiB in all (Kubernetes documentation of ConfigMaps); a document, as much. */
const MAX_FILE_BYTES = 1_048_576;
const MAX_FILES = 1_000;
/** What Kubernetes turns to another directory when a mounted volume changes: all its files at once. */
const SWAPPED_LINK = '..data';
/** How often the files may be swapped while they are read. */
const MAX_ATTEMPTS = 5;

interface FoundFile {
  /** From the directory, with slashes. */
  readonly path: string;
  readonly text: string;
}

/**
 * Reads a directory as the config-server reads a repository. What stands in the directory itself is the service's own:
 * `default.yaml`, `production.yaml`; folders are as in a repository: `common/default.yaml`. A file without an
 * extension is one key, as a ConfigMap mounts them, and wins over documents.
 *
 * Rejects with DirectoryError, which names the file.
 */
export async function readDirectory(directory: string, pair: ConfigPair): Promise<ServedConfiguration> {
  try {
    const files = await readWhole(directory);
    if (files.length === 0) {
      throw new Error('it has no documents');
    }
    return toServed(files, pair);
  } catch (error) {
    throw new DirectoryError(directory, error);
  }
}

/** Files of one state of a volume, not some of before and some of after a swap. */
async function readWhole(directory: string): Promise<readonly FoundFile[]> {
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt += 1) {
    const before = await swappedLinkOf(directory);
    const files = await readFiles(directory);
    if ((await swappedLinkOf(directory)) === before) {
      return files;
    }
  }
  throw new Error('its files were swapped again and again while they were read');
}

async function swappedLinkOf(directory: string): Promise<string | undefined> {
  try {
    return await readlink(join(directory, SWAPPED_LINK));
  } catch {
    return undefined; // a plain directory has none
  }
}

async function readFiles(directory: string): Promise<readonly FoundFile[]> {
  const folders = await foldersOf(directory);
  const files: FoundFile[] = [];
  for (const folder of folders) {
    for (const name of (await readdir(folder)).filter(isVisible).sort()) {
      const path = folder === directory ? name : `${folder.slice(directory.length).replace(/^[/\\]+/, '')}/${name}`;
      const file = join(folder, name);
      if (!folders.includes(file)) {
        requireRoom(files);
        files.push({ path, text: await readText(file, path) });
      }
    }
  }
  return files;
}

/** Before another is read: what is refused does not fill the memory first. */
function requireRoom(files: readonly FoundFile[]): void {
  if (files.length === MAX_FILES) {
    throw new Error(`it has more than ${MAX_FILES} files`);
  }
}

async function readText(file: string, path: string): Promise<string> {
  const { size, isFile } = await stat(file).then((found) => ({ size: found.size, isFile: found.isFile() }));
  if (!isFile) {
    throw new Error(`${path} is neither a file nor a folder in the directory itself`);
  }
  if (size > MAX_FILE_BYTES) {
    throw new Error(`${path} has ${size} bytes, more than ${MAX_FILE_BYTES}`);
  }
  return readFile(file, 'utf8');
}

function toServed(files: readonly FoundFile[], pair: ConfigPair): ServedConfiguration {
  const documents: Record<string, string> = {};
  const keys: Record<string, string> = {};
  for (const { path, text } of files) {
    if (isDocumentPath(path)) {
      documents[path.includes('/') ? path : `${pair.service}/${path}`] = text;
    } else if (extname(path) === '' && !path.includes('/')) {
      keys[path] = text.replace(/\r?\n$/, '');
    } else {
      throw new Error(`${path} is neither yaml, yml, json, properties or env, nor a key: a name without dots`);
    }
  }
  const effective = composeConfiguration(treeOf(documents), pair);
  if (effective.files.length === 0 && Object.keys(keys).length === 0) {
    throw new Error(`it has no document for ${pair.service} in ${pair.environment}, such as default.yaml`);
  }
  const isText = (keyPath: KeyPath) => Object.hasOwn(keys, keyPath[0] ?? '') || effective.isText(keyPath);
  const configuration = { ...effective.values, ...keys };
  const etag = createHash('sha256').update(JSON.stringify(configuration)).digest('base64url');
  return { version: etag, etag, configuration, isText };
}
