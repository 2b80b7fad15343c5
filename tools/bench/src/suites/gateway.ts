import { chmod } from 'node:fs/promises';

import { temporaryDirectory } from '@signalbox/testkit';

import { BenchError } from '../errors.ts';
import { startHaproxy } from '../gateway/haproxy.ts';
import { chooseLoad, CONNECTIONS, type Load } from '../gateway/load.ts';
import { startNginxBackend, startNginxProxy } from '../gateway/nginx.ts';
import { startNodeProgram } from '../gateway/node-program.ts';
import { startSignalbox } from '../gateway/signalbox.ts';
import { type Ground, type Site } from '../gateway/site.ts';
import { LARGE_GET, SMALL_GET, SMALL_POST, type Workload } from '../gateway/workload.ts';
import { cpuSeconds } from '../process-usage.ts';
import { findProgram } from '../programs.ts';
import { pairedRatio, type Report, type Row, summarise } from '../report.ts';
import { interleave, type RoundOptions } from '../rounds.ts';

const PROXY_CORE = 0;
const OTHER_CORE = 1;

/** Our own, as rows and ratios call it. */
const SIGNALBOX = 'signalbox';

interface Stage extends RoundOptions {
  readonly workload: Workload;
  /** Of one round of one proxy. */
  readonly ms: number;
}

/**
 * What a proxy on Node is compiled in, before any round: the first 15,000 or so of its requests cost twice as much as those after them, and
 * a proxy lives for days. Each has it, nginx and HAProxy too.
 */
const COMPILED_WITHIN_MS = 2_000;

/** Five proxies: 2 s to compile, 6 rounds of 0.6 s and twice 4 rounds of 0.35 s make 42 s. */
const STAGES: readonly Stage[] = [
  { workload: SMALL_GET, ms: 600, rounds: 5 },
  { workload: LARGE_GET, ms: 350, rounds: 3 },
  { workload: SMALL_POST, ms: 350, rounds: 3 },
];

type Samples = ReadonlyMap<string, readonly number[]>;

/** CPU time of the proxy's processes per proxied request: one core for the proxy, the other for load and backend. */
export async function gatewaySuite(): Promise<Report> {
  await using opened = new AsyncDisposableStack();
  const { path: directory } = opened.use(await temporaryDirectory());
  await chmod(directory, 0o755); // where nginx is started by root, its worker is nobody
  const ground = { directory, opened, core: OTHER_CORE };
  const { proxies, remarks } = await startProxies({ ...ground, core: PROXY_CORE }, await startBackend(ground));
  const { name, load } = chooseLoad(ground);
  for (const proxy of proxies.values()) {
    await load(proxy, SMALL_GET, COMPILED_WITHIN_MS);
  }
  const rows: Row[] = [];
  const measured = new Map<Workload, Samples>();
  for (const stage of STAGES) {
    const samples = await measure(proxies, load, stage);
    measured.set(stage.workload, samples);
    samples.forEach((figures, proxy) =>
      rows.push(summarise(`${stage.workload.name}, ${proxy}`, 'us CPU/request', figures)),
    );
  }
  return {
    suite: 'gateway',
    rows,
    ratios: toRatios(measured.get(SMALL_GET) ?? new Map()),
    remarks: [`load: ${name} on ${CONNECTIONS} kept connections; ratios are of ${SMALL_GET.name}`, ...remarks],
  };
}

function startBackend(ground: Ground): Promise<Site> {
  const nginx = findProgram('nginx');
  return nginx === undefined ? startNodeProgram('backend', ground) : startNginxBackend(nginx, ground);
}

interface Proxies {
  readonly proxies: ReadonlyMap<string, Site>;
  readonly remarks: readonly string[];
}

async function startProxies(ground: Ground, backend: Site): Promise<Proxies> {
  const nginx = findProgram('nginx');
  const haproxy = findProgram('haproxy');
  const proxies = new Map([[SIGNALBOX, await startSignalbox(backend, ground, OTHER_CORE)]]);
  const remarks: string[] = [];
  if (nginx === undefined) {
    remarks.push('nginx is not installed: left out, and the backend is a Node program');
  } else {
    proxies.set('nginx', await startNginxProxy(nginx, backend, ground));
  }
  if (haproxy === undefined) {
    remarks.push('haproxy is not installed: left out');
  } else {
    proxies.set('haproxy', await startHaproxy(haproxy, backend, ground));
  }
  for (const name of ['fastify-http-proxy', 'http-proxy']) {
    proxies.set(name, await startNodeProgram(name, ground, backend));
  }
  return { proxies, remarks };
}

function measure(proxies: ReadonlyMap<string, Site>, load: Load, { workload, ms, ...rounds }: Stage): Promise<Samples> {
  const contenders = [...proxies].map(([name, proxy]) => ({
    name,
    run: () => cpuPerRequest(proxy.program.pid, () => load(proxy, workload, ms)),
  }));
  return interleave(contenders, rounds);
}

/** CPU time is told in steps of 10 ms: a round in which a busy machine let the proxy do less than ten of them is drawn out. */
const LEAST_CPU_SECONDS = 0.1;
const MOST_LOADS = 5;

async function cpuPerRequest(pid: number, load: () => Promise<number>): Promise<number> {
  const before = cpuSeconds(pid);
  let used = 0;
  let completed = 0;
  for (let loads = 0; loads < MOST_LOADS && used < LEAST_CPU_SECONDS; loads++) {
    completed += await load();
    used = cpuSeconds(pid) - before;
  }
  if (used < LEAST_CPU_SECONDS) {
    throw new BenchError(`the machine is too busy to measure: ${used} s of CPU time for ${completed} requests`);
  }
  return (used * 1e6) / completed;
}

function toRatios(samples: Samples): Record<string, number> {
  const ours = samples.get(SIGNALBOX) ?? [];
  const peers = [...samples].filter(([name]) => name !== SIGNALBOX);
  return Object.fromEntries(
    peers.map(([name, theirs]) => [`cpu_vs_${name.replaceAll('-', '_')}`, pairedRatio(ours, theirs)]),
  );
}
