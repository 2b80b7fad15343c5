import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { imageNames } from '@signalbox/testkit';

import type { Engine } from '../engine.ts';

import { buildNpmImage } from './npm-image.ts';

const execute = promisify(execFile);

const ROOT = join(import.meta.dirname, '../../../..');

/** The apps that have an image, with the most that it may take. Two thirds are Node's own; the config-server's has git and ssh. */
export const APPS = [
  { app: 'config-server', maxBytes: 380_000_000 },
  { app: 'registry', maxBytes: 280_000_000 },
  { app: 'gateway', maxBytes: 280_000_000 },
  { app: 'demo', maxBytes: 280_000_000 },
] as const;

export type AppName = (typeof APPS)[number]['app'];

export interface BuiltImage {
  readonly app: AppName;
  /** `signalbox/registry:0.1.0` */
  readonly name: string;
  /** Names this very image, also after another was built under its name. */
  readonly id: string;
  readonly bytes: number;
  readonly maxBytes: number;
}

/** Builds the image of each app from the sources as they are, one after the other; what nothing changed in comes from the cache. */
export async function* buildAppImages(engine: Pick<Engine, 'build' | 'sizeOf'>): AsyncGenerator<BuiltImage> {
  const version = await workspaceVersion();
  const revision = await sourceRevision();
  const buildImage = await buildNpmImage(engine, imageNames.node);
  for (const { app, maxBytes } of APPS) {
    const name = `signalbox/${app}:${version}`;
    const id = await engine.build({
      tag: name,
      context: ROOT,
      dockerfile: join(ROOT, 'docker/Dockerfile'),
      arguments: {
        APP: app,
        BUILD_IMAGE: buildImage,
        VERSION: version,
        REVISION: revision,
        http_proxy: undefined,
        https_proxy: undefined,
        no_proxy: undefined,
      },
    });
    yield { app, name, id, bytes: await engine.sizeOf(id), maxBytes };
  }
}

async function workspaceVersion(): Promise<string> {
  const { version } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8')) as { version: string }; // our own file
  return version;
}

/** The commit, marked where the sources are not those of it. */
async function sourceRevision(): Promise<string> {
  const { stdout } = await execute('git', ['describe', '--always', '--dirty', '--abbrev=40', '--exclude=*'], {
    cwd: ROOT,
  });
  return stdout.trim();
}
