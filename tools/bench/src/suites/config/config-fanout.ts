import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { temporaryDirectory } from '@signalbox/testkit';

import { BenchError } from '../../errors.ts';
import { startEtcdProgram } from '../../etcd-program.ts';
import { findProgram } from '../../programs.ts';
import { pairedRatio, type Report, type Row, summarise } from '../../report.ts';
import { interleave } from '../../rounds.ts';
import { percentile } from '../../statistics.ts';
import { Watchers } from '../../watching/watchers.ts';
import { ConfigServer } from './config-server.ts';
import { configurationOf } from './fanout-configuration.ts';
import { configServerSide, etcdSide, type FanoutSide } from './fanout-side.ts';

const SUBSCRIBERS = 5_000;
const ROUNDS = 20;
const WARM_UPS = 3;
/** Between two writes, so that nothing of one is left when the next is made. */
const PAUSE_MS = 100;
/** Descriptors that a process needs beside its subscribers' connections. */
const SPARE_DESCRIPTORS = 200;

const CROWDED = 'crowded';
const LONELY = 'lonely';

/** How long one write takes to reach subscribers with a connection each: from before it is sent until a subscriber has it. */
export async function configFanout(): Promise<Report> {
  await using opened = new AsyncDisposableStack();
  const directory = opened.use(await temporaryDirectory()).path;
  const sides = [await openConfigServer(opened, directory)];
  const etcd = findProgram('etcd');
  if (etcd !== undefined) {
    const { program, port } = await startEtcdProgram([etcd], join(directory, 'etcd'));
    opened.defer(() => program.stop());
    sides.push(opened.use(etcdSide(port)));
  }
  const most = Math.min(SUBSCRIBERS, Math.floor((openFilesLimit() - SPARE_DESCRIPTORS) / sides.length));
  const audiences: Audience[] = [];
  for (const side of sides) {
    audiences.push(opened.use(await Audience.gather(side, CROWDED, most)));
    audiences.push(opened.use(await Audience.gather(side, LONELY, 1)));
  }
  return toReport(most, await interleave(audiences, { rounds: ROUNDS, warmUps: WARM_UPS }));
}

async function openConfigServer(opened: AsyncDisposableStack, directory: string): Promise<FanoutSide> {
  const content = JSON.stringify(configurationOf('at first'));
  const files = { [`${CROWDED}/production.json`]: content, [`${LONELY}/production.json`]: content };
  const { port } = opened.use(await ConfigServer.start({ directory: join(directory, 'config-server'), files }));
  return opened.use(configServerSide(port));
}

/** Of this process, and of those that it starts. Node has raised the soft limit to the hard one. */
function openFilesLimit(): number {
  const limit = /^Max open files\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1];
  if (limit === undefined) {
    throw new BenchError('/proc/self/limits does not say how many files may be open');
  }
  return Number(limit);
}

/** The subscribers of one service on one side. */
class Audience implements Disposable {
  readonly name: string;
  readonly #side: FanoutSide;
  readonly #service: string;
  readonly #watchers: Watchers;
  #writes = 0;

  private constructor(side: FanoutSide, service: string, watchers: Watchers) {
    this.name = nameOf(side.name, service);
    this.#side = side;
    this.#service = service;
    this.#watchers = watchers;
  }

  static async gather(side: FanoutSide, service: string, subscribers: number): Promise<Audience> {
    await side.write(service, 'subscribing');
    const protocols = Array.from({ length: subscribers }, () => side.following(service));
    return new Audience(side, service, await Watchers.open(protocols));
  }

  /** Makes one write, and answers how long each subscriber waited for it. */
  async run(): Promise<readonly number[]> {
    this.#writes += 1;
    const mark = `release ${this.#writes}.`;
    const latencies = await this.#watchers.latencies(mark, () => this.#side.write(this.#service, mark));
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    return latencies;
  }

  [Symbol.dispose](): void {
    this.#watchers.close();
  }
}

function nameOf(side: string, service: string): string {
  return `${side} ${service}`;
}

const FIGURES = {
  p50: (latencies: readonly number[]) => percentile(latencies, 0.5),
  p99: (latencies: readonly number[]) => percentile(latencies, 0.99),
  last: (latencies: readonly number[]) => Math.max(...latencies),
};

type Rounds = readonly (readonly number[])[];

function toReport(subscribers: number, heard: ReadonlyMap<string, Rounds>): Report {
  const roundsOf = (side: string, service: string) => heard.get(nameOf(side, service)) ?? [];
  const sides = ['config-server', 'etcd'].filter((side) => heard.has(nameOf(side, CROWDED)));
  const rows = sides.flatMap((side): Row[] => [
    ...Object.entries(FIGURES).map(([figure, of]) =>
      summarise(`${side}: ${subscribers} subscribers, ${figure}`, 'ms', roundsOf(side, CROWDED).map(of)),
    ),
    summarise(`${side}: one subscriber, p50`, 'ms', roundsOf(side, LONELY).flat()),
  ]);
  return {
    suite: 'config-fanout',
    rows,
    ratios: sides.includes('etcd') ? toRatios(roundsOf('config-server', CROWDED), roundsOf('etcd', CROWDED)) : {},
    remarks: sides.includes('etcd') ? [] : ['etcd is not installed: left out'],
  };
}

function toRatios(ours: Rounds, theirs: Rounds) {
  return Object.fromEntries(
    Object.entries(FIGURES).map(([figure, of]) => [
      `fanout_${figure}_vs_etcd`,
      pairedRatio(ours.map(of), theirs.map(of)),
    ]),
  );
}
