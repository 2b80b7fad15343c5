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
}

/** On services in containers. */
export const SERVICE_SUITES: SuiteKind = {
  pattern: '{apps,libs,tools}/*/test/**/*.containers.test.ts',
  config: 'vitest.containers.mjs',
  script: 'test:containers',
};

/** On the images of the apps, which are built first: minutes, where nothing of them is in the engine's cache. */
export const IMAGE_SUITES: SuiteKind = {
  pattern: '{apps,libs,tools}/*/test/**/*.images.test.ts',
  config: 'vitest.images.mjs',
  script: 'test:images',
};

/** The suites of a kind whose path contains one of the filters; all of them without any. */
export function suitesOf({ pattern }: SuiteKind, filters: readonly string[]): string[] {
  const suites = globSync(pattern, { cwd: ROOT }).sort();
  return filters.length === 0 ? suites : suites.filter((suite) => filters.some((filter) => suite.includes(filter)));
}

export function skippedLine(reason: string, { script }: SuiteKind, suites: readonly string[]): string {
  const commands = `tools/containers/ensure-engine.sh && tools/containers/build-local-images.sh && npm run ${script}`;
  return `Skipped, since ${reason}: ${suites.join(', ')}. To run them: ${commands}`;
}
