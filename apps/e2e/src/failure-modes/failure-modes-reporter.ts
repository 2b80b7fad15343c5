import type { Reporter, TestModule } from 'vitest/node';

import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';

import type { FailureModeRow } from './failure-mode.ts';

import { disagreements, withRows } from './failure-modes-document.ts';

const APP = join(import.meta.dirname, '..', '..');
const DOCUMENT = join(APP, '..', '..', 'docs', 'failure-modes.md');
const SCENARIO_FILES = 'test/failures/*.test.ts';

/**
 * Holds docs/failure-modes.md to the tests: a run fails where the document states other scenarios or bounds than the tests do.
 * With `write`, a run that passes writes what it measured there instead.
 */
export class FailureModesReporter implements Reporter {
  readonly #write: boolean;

  constructor({ write }: { readonly write: boolean }) {
    this.#write = write;
  }

  onTestRunEnd(modules: readonly TestModule[]): void {
    const rows = modules.toSorted((a, b) => a.moduleId.localeCompare(b.moduleId)).flatMap(rowsOf);
    const isWhole = hasRunAll(modules);
    const document = readFileSync(DOCUMENT, 'utf8');
    if (!this.#write) {
      fail(disagreements(document, rows, { isWhole }));
    } else if (modules.every((module) => module.ok())) {
      writeFileSync(DOCUMENT, withRows(document, rows, { heading: circumstances(), isWhole }));
    } else {
      fail(['not written: a scenario failed']);
    }
  }
}

function rowsOf(module: TestModule): FailureModeRow[] {
  return [...module.children.allTests()].flatMap((test) => test.meta().failureMode ?? []);
}

function hasRunAll(modules: readonly TestModule[]): boolean {
  const ran = new Set(modules.map(({ moduleId }) => moduleId));
  const tests = modules.flatMap((module) => [...module.children.allTests()]);
  return (
    globSync(SCENARIO_FILES, { cwd: APP }).every((file) => ran.has(join(APP, file))) &&
    tests.every((test) => ['passed', 'failed'].includes(test.result().state))
  );
}

function circumstances(): string {
  const today = new Date().toISOString().slice(0, 'yyyy-mm-dd'.length);
  return `Last run: ${today}, Node ${process.version}, ${availableParallelism()} cores.`;
}

function fail(reasons: readonly string[]): void {
  if (reasons.length > 0) {
    process.exitCode = 1;
    process.stderr.write(`\ndocs/failure-modes.md (npm run failure-modes writes it):\n${reasons.join('\n')}\n`);
  }
}
