import type { RegistryContender } from './contender.ts';
import type { Findings } from './findings.ts';

import { BenchError } from '../errors.ts';
import { pairedRatio, summarise } from '../report.ts';
import { interleave } from '../rounds.ts';
import { percentile } from '../statistics.ts';
import { Watchers } from '../watching/watchers.ts';
import { instance } from './instances.ts';

export const WATCHERS = 1_000;
const ROUNDS = 5;
const CHANGES_PER_ROUND = 10;
/** Between two changes, so that nothing of one is left when the next is made. */
const PAUSE_MS = 20;
/** The instance that changes; no other phase registers it. */
const CHANGING = 1_000_000;

/** How long one change takes to reach 1,000 watchers of a service: from before it is sent until a watcher has it, in milliseconds. */
export async function measureWatches(contenders: readonly RegistryContender[]): Promise<Findings> {
  await using opened = new AsyncDisposableStack();
  const audiences: Audience[] = [];
  for (const contender of contenders) {
    const audience = await Audience.gather(contender);
    opened.defer(() => {
      audience.leave();
    });
    audiences.push(audience);
  }
  const heard = await interleave(
    audiences.map((audience) => ({ name: audience.name, run: () => audience.hearRound() })),
    { rounds: ROUNDS },
  );
  return toFindings(heard);
}

interface Heard {
  readonly p50: number;
  readonly p99: number;
  readonly last: number;
}

class Audience {
  readonly name: string;
  readonly #contender: RegistryContender;
  readonly #watchers: Watchers;
  #changes = 0;

  private constructor(contender: RegistryContender, watchers: Watchers) {
    this.name = contender.name;
    this.#contender = contender;
    this.#watchers = watchers;
  }

  static async gather(contender: RegistryContender): Promise<Audience> {
    await change(contender, 'at first');
    const { service } = instance(CHANGING);
    const protocols = Array.from({ length: WATCHERS }, () => contender.watching(service));
    return new Audience(contender, await Watchers.open(protocols));
  }

  async hearRound(): Promise<Heard> {
    const latencies: number[] = [];
    for (let made = 0; made < CHANGES_PER_ROUND; made += 1) {
      this.#changes += 1;
      const mark = `change ${this.#changes}.`;
      latencies.push(...(await this.#watchers.latencies(mark, () => change(this.#contender, mark))));
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
    return { p50: percentile(latencies, 0.5), p99: percentile(latencies, 0.99), last: Math.max(...latencies) };
  }

  leave(): void {
    this.#watchers.close();
  }
}

async function change({ connections: [connection] }: RegistryContender, version: string): Promise<void> {
  if (connection === undefined) {
    throw new BenchError('there is no connection to make a change over');
  }
  await connection.register(instance(CHANGING, version));
}

function toFindings(heard: ReadonlyMap<string, readonly Heard[]>): Findings {
  const [[, ours] = ['', []], ...peers] = [...heard];
  const rows = [...heard].flatMap(([name, rounds]) =>
    (['p50', 'p99', 'last'] as const).map((figure) =>
      summarise(`${name}: a change reaches ${WATCHERS} watchers, ${figure}`, 'ms', of(rounds, figure)),
    ),
  );
  const ratios = peers.flatMap(([name, rounds]) =>
    (['p50', 'p99'] as const).map((figure) => [
      `watch_${figure}_vs_${name}`,
      pairedRatio(of(ours, figure), of(rounds, figure)),
    ]),
  );
  return { rows, ratios: Object.fromEntries(ratios) as Findings['ratios'] }; // pairs of a name and a number
}

function of(rounds: readonly Heard[], figure: keyof Heard): readonly number[] {
  return rounds.map((round) => round[figure]);
}
