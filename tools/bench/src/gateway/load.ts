import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { endWithProcess } from '../children.ts';
import { BenchError } from '../errors.ts';
import { findProgram, onCore } from '../programs.ts';
import { addressOf, type Ground, type Site } from './site.ts';
import { type Workload } from './workload.ts';
import { toWrkScript } from './wrk-script.ts';

/** Sends requests of one kind over kept connections for a while. Answers how many were completed; throws for any wrong answer. */
export type Load = (proxy: Site, workload: Workload, ms: number) => Promise<number>;

export const CONNECTIONS = 50;

/** What a load generator prints in its last line. */
interface Outcome {
  readonly completed: number;
  /** Answers that are not 200 or have another length, and requests without an answer. */
  readonly wrong: number;
}

const run = promisify(execFile);

/** wrk where it is installed, else a program on undici. */
export function chooseLoad(ground: Ground): { readonly name: string; readonly load: Load } {
  const wrk = findProgram('wrk');
  return wrk === undefined ? { name: 'undici', load: undiciLoad(ground) } : { name: 'wrk', load: wrkLoad(wrk, ground) };
}

/** wrk takes whole seconds, and ends early and in good order when it is interrupted. */
const LONGER_THAN_ANY_LOAD = '60s';

function wrkLoad(wrk: string, { directory, core }: Ground): Load {
  const script = join(directory, 'load.lua');
  return async ({ port }, workload, ms) => {
    await writeFile(script, toWrkScript(workload));
    const options = ['-t', '1', '-c', String(CONNECTIONS), '-d', LONGER_THAN_ANY_LOAD, '-s', script];
    const command = onCore(core, [wrk, ...options, addressOf(port, workload.path)]);
    return outcomeOf(command, { ms, workload });
  };
}

function undiciLoad({ core }: Ground): Load {
  return ({ port }, workload, ms) => {
    const script = join(import.meta.dirname, 'programs', 'load.ts');
    const command = onCore(core, [process.execPath, script, addressOf(port, ''), JSON.stringify(workload)]);
    return outcomeOf([...command, String(CONNECTIONS)], { ms, workload });
  };
}

async function outcomeOf(
  [file = '', ...args]: readonly string[],
  { ms, workload }: { readonly ms: number; readonly workload: Workload },
): Promise<number> {
  const running = run(file, args);
  endWithProcess(running.child);
  const interrupt = setTimeout(() => running.child.kill('SIGINT'), ms);
  const { stdout } = await running.finally(() => {
    clearTimeout(interrupt);
  });
  return completedOf(workload, stdout);
}

/** Reads the last line that a load generator printed. Throws a BenchError for any wrong answer, and for none at all. */
export function completedOf(workload: Workload, printed: string): number {
  const { completed, wrong } = JSON.parse(printed.trim().split('\n').at(-1) ?? '') as Outcome; // both generators print one
  if (wrong > 0 || completed === 0) {
    throw new BenchError(`${workload.name}: ${wrong} wrong answers beside ${completed} right ones`);
  }
  return completed;
}
