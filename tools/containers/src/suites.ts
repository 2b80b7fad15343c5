import { globSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '../../..');

/** The container suites whose path contains one of the filters; all of them without any. */
export function containerSuites(filters: readonly string[]): string[] {
  const suites = globSync('{apps,libs,tools}/*/test/**/*.containers.test.ts', { cwd: ROOT }).sort();
  return filters.length === 0 ? suites : suites.filter((suite) => filters.some((filter) => suite.includes(filter)));
}

export function skippedLine(reason: string, suites: readonly string[]): string {
  const commands =
    'tools/containers/ensure-engine.sh && tools/containers/build-local-images.sh && npm run test:containers';
  return `Skipped, since ${reason}: ${suites.join(', ')}. To run them: ${commands}`;
}
