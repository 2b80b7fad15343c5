import { availableParallelism } from 'node:os';

import { type Figures, toFigures } from './figures.ts';
import { Fleet, SLOWNESS_MS, WORK_MS } from './fleet.ts';
import { type Load, openLoop } from './open-loop.ts';
import { ATTEMPT_MS, type Example, EXAMPLES, RECOVERY_MS } from './policies.ts';

export interface Report {
  /** When and on what: the day, the release of Node, the processors. */
  readonly ran: { readonly day: string; readonly node: string; readonly cores: number };
  readonly settings: Load & Readonly<Record<'workMs' | 'slownessMs' | 'attemptMs' | 'recoveryMs', number>>;
  readonly policies: readonly Figures[];
}

/** Runs every policy against a fleet of its own, one after the other. Each is told when it is over. */
export async function runExamples(load: Load, onFigures: (figures: Figures) => void): Promise<Report> {
  const policies: Figures[] = [];
  for (const example of EXAMPLES) {
    const figures = await runExample(example, load);
    onFigures(figures);
    policies.push(figures);
  }
  const settings = { workMs: WORK_MS, slownessMs: SLOWNESS_MS, attemptMs: ATTEMPT_MS, recoveryMs: RECOVERY_MS };
  const ran = { day: new Date().toISOString().slice(0, 10), node: process.version, cores: availableParallelism() };
  return { ran, settings: { ...load, ...settings }, policies };
}

async function runExample({ name, start }: Example, load: Load): Promise<Figures> {
  await using opened = new AsyncDisposableStack();
  const fleet = opened.use(await Fleet.start());
  const calls = await start(fleet.instances, opened);
  const outcomes = await openLoop(load, () => calls.call());
  return toFigures({ name, outcomes, attempts: calls.attempts });
}
