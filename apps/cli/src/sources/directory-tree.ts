import type { Stats } from 'node:fs';

import { isUtf8 } from 'node:buffer';
import { open, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

import {
  type Document,
  DocumentSyntaxError,
  DOTENV_FOLDER,
  parseDocument,
  placeOf,
  type Tree,
} from '@signalbox/layering';

import { FailedError, UsageError } from '../errors.ts';

/** The documents of a working directory. */
export interface DirectoryTree extends Tree {
  /** Documents, and folders for them, that are symbolic links, which are not read: the config-server does not follow those of a repository either. */
  readonly links: readonly string[];
}

export interface DirectoryOptions {
  /** The folder of a repository that the directory is. @default the repository itself */
  readonly mount?: string;
}

/** As the config-server has it by default. */
const MAX_DOCUMENT_BYTES = 1_048_576;
/** As the config-server has it. */
const MAX_DOCUMENTS = 20_000;
/** All documents together, which are held in memory at once. */
const MAX_TOTAL_BYTES = 268_435_456;

/**
 * Reads what the config-server would read of a repository with the same files, and nothing else. A document that can't be read is broken in
 * the tree, as one with a syntax error is.
 *
 * Throws a UsageError where there is no directory, a FailedError where it holds more than is read.
 */
export async function readDirectory(directory: string, { mount }: DirectoryOptions = {}): Promise<DirectoryTree> {
  await requireDirectory(directory);
  const { documents, links } = await findDocuments(directory, mount);
  const contents = new Map<string, Content>();
  let total = 0;
  for (const { path, file } of documents) {
    const content = await readContent(file);
    total += content.kind === 'text' ? content.text.length : 0;
    if (total > MAX_TOTAL_BYTES) {
      throw new FailedError(`${directory} has documents of more than ${MAX_TOTAL_BYTES} characters`);
    }
    contents.set(path, content);
  }
  return treeOfContents(contents, links);
}

async function requireDirectory(directory: string): Promise<void> {
  let found: Stats;
  try {
    found = await stat(directory);
  } catch (error) {
    throw new UsageError(`${directory} can't be read: ${reasonOf(error)}`, { cause: error });
  }
  if (!found.isDirectory()) {
    throw new UsageError(`${directory} is not a directory`);
  }
}

interface Found {
  /** In the repository. */
  readonly path: string;
  readonly file: string;
}

async function findDocuments(directory: string, mount: string | undefined) {
  const documents: Found[] = [];
  const links: string[] = [];
  const waiting: Found[] = [{ path: mount ?? '', file: directory }];
  for (let folder = waiting.pop(); folder !== undefined; folder = waiting.pop()) {
    for (const entry of await entriesOf(folder.file)) {
      const path = folder.path === '' ? entry.name : `${folder.path}/${entry.name}`;
      const found = { path, file: join(folder.file, entry.name) };
      if (entry.isDirectory() && mayHoldDocuments(path)) {
        waiting.push(found);
      } else if (placeOf(path) !== undefined && entry.isFile()) {
        documents.push(found);
      } else if (entry.isSymbolicLink() && (await wouldBeRead(found))) {
        links.push(path);
      }
    }
    if (documents.length > MAX_DOCUMENTS) {
      throw new FailedError(`${directory} has more than ${MAX_DOCUMENTS} documents`);
    }
  }
  return { documents, links };
}

/** Whether what a link leads to would be read, if it stood there itself. */
async function wouldBeRead({ path, file }: Found): Promise<boolean> {
  return placeOf(path) !== undefined || (mayHoldDocuments(path) && (await isDirectory(file)));
}

async function isDirectory(file: string): Promise<boolean> {
  try {
    return (await stat(file)).isDirectory();
  } catch {
    return false; // it leads nowhere
  }
}

async function entriesOf(folder: string) {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch (error) {
    throw new FailedError(`${folder} can't be read: ${reasonOf(error)}`, { cause: error });
  }
}

/** Documents stand in a folder of the repository; env files of an environment one below. */
function mayHoldDocuments(path: string): boolean {
  const [first, ...deeper] = path.split('/');
  return first !== '.git' && (deeper.length === 0 || (first === DOTENV_FOLDER && deeper.length === 1));
}

type Content =
  { readonly kind: 'text'; readonly text: string } | { readonly kind: 'unreadable'; readonly reason: string };

async function readContent(file: string): Promise<Content> {
  try {
    await using handle = await open(file, 'r');
    const { size } = await handle.stat();
    if (size > MAX_DOCUMENT_BYTES) {
      return { kind: 'unreadable', reason: `has ${size} bytes, more than is read` };
    }
    const bytes = await handle.readFile();
    return isUtf8(bytes) ? { kind: 'text', text: bytes.toString() } : { kind: 'unreadable', reason: 'is not UTF-8' };
  } catch (error) {
    return { kind: 'unreadable', reason: `can't be read: ${reasonOf(error)}` };
  }
}

function treeOfContents(contents: ReadonlyMap<string, Content>, links: readonly string[]): DirectoryTree {
  const parsed = new Map<string, Document>();
  return {
    paths: new Set(contents.keys()),
    links,
    document: (path) => {
      const document = parsed.get(path) ?? parse(path, contents.get(path));
      parsed.set(path, document);
      return document;
    },
  };
}

function parse(path: string, content: Content = { kind: 'unreadable', reason: 'is not there' }): Document {
  if (content.kind === 'unreadable') {
    throw new DocumentSyntaxError({ path }, content.reason);
  }
  return parseDocument(path, content.text);
}

function reasonOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}
