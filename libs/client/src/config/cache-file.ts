import { createHash, randomUUID } from 'node:crypto';
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import * as z from 'zod';

import { Configuration } from '@signalbox/schemas';

import type { ConfigPair, ServedConfiguration } from './served-configuration.ts';

import { parseWire } from '../connection/wire-message.ts';
import { CacheFileError } from '../errors.ts';

const Cached = z.object({
  service: z.string(),
  environment: z.string(),
  version: z.string(),
  etag: z.string(),
  configuration: Configuration,
});

/** Rejects with CacheFileError where there is no file, it was damaged, or it belongs to another service or environment. */
export async function readCacheFile(path: string, pair: ConfigPair): Promise<ServedConfiguration> {
  try {
    const [digest, content = ''] = (await readFile(path, 'utf8')).split('\n');
    if (digest !== digestOf(content)) {
      throw new Error('its content does not match its digest');
    }
    const { service, environment, ...served } = parseWire(Cached, JSON.parse(content));
    if (service !== pair.service || environment !== pair.environment) {
      throw new Error(`it belongs to ${service} in ${environment}`);
    }
    return served;
  } catch (error) {
    throw new CacheFileError(path, error);
  }
}

/** Replaces the file in one step: a reader sees the old or the new one, whole. First line: digest of the second, JSON. */
export async function writeCacheFile(path: string, pair: ConfigPair, served: ServedConfiguration): Promise<void> {
  const { version, etag, configuration } = served;
  const content = JSON.stringify({ ...pair, version, etag, configuration });
  const draft = `${path}.${randomUUID()}.tmp`;
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeDurably(draft, `${digestOf(content)}\n${content}\n`);
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true });
    throw new CacheFileError(path, error);
  }
}

async function writeDurably(path: string, content: string): Promise<void> {
  await using file = await open(path, 'wx', 0o600);
  await file.writeFile(content);
  await file.sync();
}

function digestOf(content: string): string {
  return `sha256:${createHash('sha256').update(content).digest('hex')}`;
}
