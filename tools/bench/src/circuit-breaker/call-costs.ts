import { setImmediate as turnOfTheLoop } from 'node:timers/promises';

import { BenchError } from '../errors.ts';
import { pairedRatio, type Row, summarise } from '../report.ts';
import { interleave } from '../rounds.ts';
import { median } from '../statistics.ts';
import { garbageCollector } from './garbage-collector.ts';
import { type Call, type Guard, type Library, type Outcome, PEERS, SIGNALBOX, UNGUARDED } from './libraries.ts';

const LIBRARIES = [UNGUARDED, SIGNALBOX, ...PEERS];
const ROUNDS = 21;
const WARM_UPS = 3;
const NS_PER_US = 1_000;

const CALLS_PER_ROUND = 60_000;
/** A failing call of opossum sorts every latency that it keeps, and takes a hundred times as long as the others'. */
const FEWER_CALLS: Readonly<Record<string, number>> = { 'opossum failing': 300 };

const collectGarbage = garbageCollector();

/** Nanoseconds of CPU time per call, by library, in the order of the rounds. */
export type CallCosts = ReadonlyMap<string, readonly number[]>;

/** How many breakers take turns, and what becomes of their calls. */
export interface Setting {
  readonly outcome: Outcome;
  readonly breakers: number;
}

export async function measureCallCosts({ outcome, breakers }: Setting): Promise<CallCosts> {
  const guardsOf = new Map<Library, readonly Guard[]>();
  for (const library of LIBRARIES) {
    const guards = await Promise.all(Array.from({ length: breakers }, () => library.guard(outcome)));
    guardsOf.set(library, guards);
    await requireOutcome(library, guards, outcome);
  }
  const contenders = [...guardsOf].map(([{ name }, guards]) => {
    const count = FEWER_CALLS[`${name} ${outcome}`] ?? CALLS_PER_ROUND;
    const calls = guards.map(({ call }) => call);
    return { name, run: () => cpuNsPerCall(calls, count) };
  });
  const costs = await interleave(contenders, { rounds: ROUNDS, warmUps: WARM_UPS });
  for (const { close } of [...guardsOf.values()].flat()) {
    close();
  }
  return costs;
}

/** What the breakers add to an unguarded call. */
export function toRows(costs: CallCosts, { outcome, breakers }: Setting): Row[] {
  const base = outcome === 'rejected' ? 'a bare rejection' : 'a plain await';
  const setting = `${outcome}, ${breakers} ${breakers === 1 ? 'breaker' : 'breakers'}`;
  const overheads = [SIGNALBOX, ...PEERS].map(({ name }) =>
    summarise(`${setting}: ${name} over ${base}`, 'ns CPU per call', overheadsOf(costs, name)),
  );
  const unguarded = costs.get(UNGUARDED.name) ?? [];
  return [summarise(`${setting}: ${base}`, 'ns CPU per call', unguarded), ...overheads];
}

export function overheadRatio(costs: CallCosts, peer: string): number {
  return pairedRatio(overheadsOf(costs, SIGNALBOX.name), overheadsOf(costs, peer));
}

/** The peer that adds least. */
export function bestPeer(costs: CallCosts): string {
  const [best] = PEERS.map(({ name }) => name).sort(
    (one, other) => median(overheadsOf(costs, one)) - median(overheadsOf(costs, other)),
  );
  return best ?? UNGUARDED.name;
}

function overheadsOf(costs: CallCosts, library: string): readonly number[] {
  const unguarded = costs.get(UNGUARDED.name) ?? [];
  return (costs.get(library) ?? []).map((cost, round) => cost - (unguarded[round] ?? Number.NaN));
}

/**
 * The loop turns first: opossum's window moves on by timers, which would otherwise never run between awaits. And what the one before left
 * is collected, or this one would pay for it.
 */
async function cpuNsPerCall(calls: readonly Call[], count: number): Promise<number> {
  await turnOfTheLoop();
  collectGarbage({ type: 'minor' });
  const before = process.cpuUsage();
  await callInTurn(calls, count);
  const { user, system } = process.cpuUsage(before);
  return ((user + system) * NS_PER_US) / count;
}

async function callInTurn(calls: readonly Call[], count: number): Promise<void> {
  let next = 0;
  for (let i = 0; i < count; i++) {
    try {
      await calls[next]?.();
    } catch {
      // a failing or a rejected call is what is measured; that it is one was looked at before
    }
    next = next + 1 < calls.length ? next + 1 : 0;
  }
}

async function requireOutcome(library: Library, guards: readonly Guard[], outcome: Outcome): Promise<void> {
  const seen = await Promise.all(
    guards.map(({ call }) =>
      call().then(
        () => 'success',
        (error: unknown) => (library.isRefusal(error) ? 'rejected' : 'failing'),
      ),
    ),
  );
  const expected = library === UNGUARDED && outcome === 'rejected' ? 'failing' : outcome;
  if (seen.some((each) => each !== expected)) {
    throw new BenchError(`${library.name}: its calls should be ${expected}, not ${seen.join(', ')}`);
  }
}
