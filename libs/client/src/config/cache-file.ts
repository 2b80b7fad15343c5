import { randomUUID } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import * as z from 'zod';

import { formatKeyPath, type KeyPath, parseKeyPath } from '@signalbox/layering/keys';
import { Configuration } from '@signalbox/schemas';

import type { OmittedSecret } from './acceptance.ts';
import type { SecretKeys } from './secret-keys.ts';
import type { ConfigPair, ServedConfiguration } from './served-configuration.ts';

import { parseWire } from '../connection/wire-message.ts';
import { CacheFileError } from '../errors.ts';
import { seal, unseal } from './sealed-content.ts';

/**
 * More than any cache file has: an answer of a server has 16 MiB at most, which numbers may make longer when they are written again, and
 * encryption by a third.
 */
const MAX_BYTES = 64 * 1_024 * 1_024;
/** A draft is written in less; an older one is of a process that was killed. */
const DRAFT_MS = 60_000;
const DRAFT = /\.[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}\.tmp$/;

export interface CacheFileOptions {
  readonly path: string;
  readonly pair: ConfigPair;
  /** Encrypts the content; without it the content is readable, and what may be a secret is left out. */
  readonly key: Uint8Array | undefined;
  readonly secrets: SecretKeys;
}

export interface CachedConfiguration extends ServedConfiguration {
  readonly omitted: readonly OmittedSecret[];
}

const KeyPaths = z.array(z.string().transform(parseKeyPath)).default([]);

const Cached = z.object({
  service: z.string(),
  environment: z.string(),
  version: z.string(),
  etag: z.string(),
  configuration: Configuration,
  /** Keys of what was named as a secret, and of what looked like one. */
  omitted: KeyPaths,
  guessed: KeyPaths,
});

/** The last configuration that was valid, in a file. */
export class CacheFile {
  readonly #options: CacheFileOptions;

  constructor(options: CacheFileOptions) {
    this.#options = options;
  }

  get path(): string {
    return this.#options.path;
  }

  /** Rejects with CacheFileError where there is no file, it was damaged, or it belongs to another service or environment. */
  async read(): Promise<CachedConfiguration> {
    const { path, pair, key } = this.#options;
    try {
      const content: unknown = JSON.parse(unseal(await readBounded(path), key));
      const { service, environment, omitted, guessed, ...cached } = parseWire(Cached, content);
      if (service !== pair.service || environment !== pair.environment) {
        throw new Error(`it belongs to ${service} in ${environment}`);
      }
      return { ...cached, omitted: [...omittedOf(omitted, true), ...omittedOf(guessed, false)] };
    } catch (error) {
      throw new CacheFileError(path, error);
    }
  }

  /**
   * Replaces the file in one step: a reader sees the old or the new one, whole. Takes drafts away that killed processes left. Resolves with
   * what was left out. Rejects with CacheFileError.
   */
  async write(served: ServedConfiguration): Promise<readonly OmittedSecret[]> {
    const { path, key, secrets } = this.#options;
    const omitted = key === undefined ? secrets.in(served.configuration) : [];
    const draft = `${path}.${randomUUID()}.tmp`;
    try {
      await mkdir(dirname(path), { recursive: true });
      await writeDurably(draft, requireBounded(seal(JSON.stringify(this.#toCached(served, omitted)), key)));
      await rename(draft, path);
      await removeOldDrafts(path);
      return omitted;
    } catch (error) {
      await rm(draft, { force: true }).catch(() => undefined); // why it could not be written is what counts
      throw new CacheFileError(path, error);
    }
  }

  #toCached({ version, etag, configuration: served }: ServedConfiguration, omitted: readonly OmittedSecret[]) {
    const { pair, key, secrets } = this.#options;
    const configuration = key === undefined ? secrets.removeFrom(served) : served;
    return {
      ...pair,
      version,
      etag,
      configuration,
      omitted: formattedKeys(omitted, true),
      guessed: formattedKeys(omitted, false),
    };
  }
}

function omittedOf(keyPaths: readonly KeyPath[], isNamed: boolean): readonly OmittedSecret[] {
  return keyPaths.map((keyPath) => ({ keyPath, isNamed }));
}

function formattedKeys(omitted: readonly OmittedSecret[], named: boolean): readonly string[] {
  return omitted.flatMap(({ keyPath, isNamed }) => (isNamed === named ? [formatKeyPath(keyPath)] : []));
}

async function writeDurably(path: string, content: string): Promise<void> {
  await using file = await open(path, 'wx', 0o600);
  await file.writeFile(content);
  await file.sync();
}

async function readBounded(path: string): Promise<string> {
  const found = await stat(path);
  if (!found.isFile()) {
    throw new Error('it is no file');
  }
  if (found.size > MAX_BYTES) {
    throw new Error(`it has ${found.size} bytes, more than ${MAX_BYTES}`);
  }
  return readFile(path, 'utf8');
}

function requireBounded(content: string): string {
  const bytes = Buffer.byteLength(content);
  if (bytes > MAX_BYTES) {
    throw new Error(`it would have ${bytes} bytes, more than ${MAX_BYTES}`);
  }
  return content;
}

/** Those of other processes that are still writing are left alone. By the clock of the file system, which wrote both times. */
async function removeOldDrafts(path: string): Promise<void> {
  const { mtimeMs: now } = await stat(path);
  const directory = dirname(path);
  const drafts = (await readdir(directory)).filter((name) => name.startsWith(`${basename(path)}.`) && DRAFT.test(name));
  for (const draft of drafts.map((name) => join(directory, name))) {
    const found = await stat(draft).catch(() => undefined); // its writer may have renamed it meanwhile
    if (found !== undefined && now - found.mtimeMs > DRAFT_MS) {
      await rm(draft, { force: true });
    }
  }
}
