import { randomUUID } from 'node:crypto';
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import * as z from 'zod';

import { type KeyPath, parseKeyPath } from '@signalbox/layering/keys';
import { Configuration } from '@signalbox/schemas';

import type { SecretKeys } from './secret-keys.ts';
import type { ConfigPair, ServedConfiguration } from './served-configuration.ts';

import { parseWire } from '../connection/wire-message.ts';
import { CacheFileError } from '../errors.ts';
import { seal, unseal } from './sealed-content.ts';

export interface CacheFileOptions {
  readonly path: string;
  readonly pair: ConfigPair;
  /** Encrypts the content; without it the content is readable, and the secrets are left out. */
  readonly key: Uint8Array | undefined;
  readonly secrets: SecretKeys;
}

export interface CachedConfiguration extends ServedConfiguration {
  /** Keys of secrets that it had, and that the file has not. */
  readonly omitted: readonly KeyPath[];
}

const Cached = z.object({
  service: z.string(),
  environment: z.string(),
  version: z.string(),
  etag: z.string(),
  configuration: Configuration,
  omitted: z.array(z.string().transform(parseKeyPath)).default([]),
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
      const content: unknown = JSON.parse(unseal(await readFile(path, 'utf8'), key));
      const { service, environment, ...cached } = parseWire(Cached, content);
      if (service !== pair.service || environment !== pair.environment) {
        throw new Error(`it belongs to ${service} in ${environment}`);
      }
      return cached;
    } catch (error) {
      throw new CacheFileError(path, error);
    }
  }

  /** Replaces the file in one step: a reader sees the old or the new one, whole. Rejects with CacheFileError. */
  async write(served: ServedConfiguration): Promise<void> {
    const { path, key } = this.#options;
    const draft = `${path}.${randomUUID()}.tmp`;
    try {
      await mkdir(dirname(path), { recursive: true });
      await writeDurably(draft, seal(JSON.stringify(this.#toCached(served)), key));
      await rename(draft, path);
    } catch (error) {
      await rm(draft, { force: true }).catch(() => undefined); // why it could not be written is what counts
      throw new CacheFileError(path, error);
    }
  }

  #toCached({ version, etag, configuration }: ServedConfiguration) {
    const { pair, key, secrets } = this.#options;
    const content =
      key === undefined
        ? { configuration: secrets.removeFrom(configuration), omitted: secrets.in(configuration) }
        : { configuration, omitted: [] };
    return { ...pair, version, etag, ...content };
  }
}

async function writeDurably(path: string, content: string): Promise<void> {
  await using file = await open(path, 'wx', 0o600);
  await file.writeFile(content);
  await file.sync();
}
