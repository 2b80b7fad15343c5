import { globSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '../../..');

/** Suites that run together, by one configuration of vitest. */
export interface SuiteKind {
  /** Beneath the root of the workspace. */
  readonly pattern: string;
  readonly config: string;
  /** The script that runs them. */
  readonly script: string;
  /** What prepares a machine for them, of tools/containers, in this order. */
  readonly preparations: readonly string[];
}

const PREPARATIONS = ['ensure-engine.sh', 'build-local-images.sh'];

/** On services in containers. */
export const SERVICE_SUITES: SuiteKind = {
  pattern: '{apps,libs,tools}/*/test/**/*.containers.test.ts',
  config: 'vitest.containers.mjs',
  script: 'test:containers',
  preparations: PREPARATIONS,
};

/** On the images of the apps, which are built first: minutes, where nothing of them is in the engine's cache. */
export const IMAGE_SUITES: SuiteKind = {
  pattern: '{apps,libs,tools}/*/test/**/*.images.test.ts',
  config: 'vitest.images.mjs',
  script: 'test:images',
  preparations: PREPARATIONS,
};

/** On the whole shop of docker/compose.yaml, which takes minutes. */
export const COMPOSE_SUITES: SuiteKind = {
  pattern: '{apps,libs,tools}/*/test/**/*.compose.test.ts',
  config: 'vitest.compose.mjs',
  script: 'test:compose',
  preparations: [...PREPARATIONS, 'ensure-compose.sh'],
};

/** The suites of a kind whose path contains one of the filters; all of them without any. */
export function suitesOf({ pattern }: SuiteKind, filters: readonly string[]): string[] {
  const suites = globSync(pattern, { cwd: ROOT }).sort();
  return filters.length === 0 ? suites : suites.filter((suite) => filters.some((filter) => suite.includes(filter)));
}

export function skippedLine(reason: string, { script, preparations }: SuiteKind, suites: readonly string[]): string {
  const commands = [...preparations.map((name) => `tools/containers/${name}`), `npm run ${script}`].join(' && ');
  return `Skipped, since ${reason}: ${suites.join(', ')}. To run them: ${commands}`;
}
