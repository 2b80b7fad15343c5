import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants } from 'node:os';

import type { SuiteKind } from './suites.ts';

export interface VitestRun {
  readonly kind: SuiteKind;
  /** Only suites whose path contains one of them; all without any. */
  readonly filters: readonly string[];
  /** Variables over those of this process. */
  readonly environment: Readonly<Record<string, string>>;
}

/** Runs suites in a process of their own, and resolves with its exit code. */
export async function runVitest({ kind, filters, environment }: VitestRun): Promise<number> {
  const child = spawn('vitest', ['run', '--config', kind.config, ...filters], {
    stdio: 'inherit',
    shell: process.platform === 'win32',
    env: { ...process.env, ...environment },
  });
  // A terminal sends Ctrl-C to vitest as well; other senders mean it. Either way, containers are removed after it ended.
  process.on('SIGINT', () => undefined);
  for (const signal of ['SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => child.kill(signal));
  }
  const [code, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null]; // as Node documents it
  return code ?? 128 + constants.signals[signal ?? 'SIGTERM'];
}
