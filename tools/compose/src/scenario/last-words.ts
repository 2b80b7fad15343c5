import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { ShopStack } from '../shop-stack.ts';

import { DOCKER_DIRECTORY } from '../compose-project.ts';
import { run } from '../program.ts';
import { withoutSecrets } from './without-secrets.ts';

const LINES = 10;

/** The last lines of the logs of all containers of these services, without any of the secrets that the bootstrap step made. */
export async function lastWords(stack: ShopStack, services: readonly string[]): Promise<string> {
  const containers = await Promise.all(services.map((service) => stack.project.containers(service)));
  const logs = containers.flat().map(async ({ id, name, state, health }) => {
    const log = await run(['sh', '-c', `docker logs --tail ${LINES} "$0" 2>&1`, id]);
    return `--- ${name}, ${state}, health ${health}\n${log.trimEnd()}`;
  });
  return withoutSecrets((await Promise.all(logs)).join('\n'), await secretFiles());
}

async function secretFiles(): Promise<readonly string[]> {
  const directory = join(DOCKER_DIRECTORY, 'secrets');
  const names = await readdir(directory);
  return Promise.all(names.map((name) => readFile(join(directory, name), 'utf8')));
}
