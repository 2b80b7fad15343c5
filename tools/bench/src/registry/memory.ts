import type { RegistryContender } from './contender.ts';
import type { Findings } from './findings.ts';

import { residentBytes } from '../process-usage.ts';
import { type Row, summarise } from '../report.ts';
import { Watchers } from '../watching/watchers.ts';
import { inParallel } from './in-parallel.ts';
import { instance, INSTANCES_PER_SERVICE } from './instances.ts';
import { WATCHERS } from './watch-latency.ts';

const INSTANCES = 10_000;
/** What a server lets go of soon after the work is not what it needs. */
const SETTLE_MS = 500;
const BYTES_PER_MB = 1e6;

/** Starts a fresh server. */
export type Start = () => Promise<RegistryContender>;

/** Resident memory of fresh servers: idle, with watchers, with instances, and with both. Taken once: it hardly varies. */
export async function measureMemory(starts: readonly Start[]): Promise<Findings> {
  const rows: Row[] = [];
  const full: { readonly name: string; readonly megabytes: number }[] = [];
  for (const start of starts) {
    await withServer(start, async (server) => {
      rows.push(await memoryRow(server, 'idle'));
      await withWatchers(server, async () => rows.push(await memoryRow(server, `${WATCHERS} watchers`)));
    });
    await withServer(start, async (server) => {
      await registerAll(server);
      rows.push(await memoryRow(server, `${INSTANCES} instances`));
      await withWatchers(server, async () => {
        const row = await memoryRow(server, `${INSTANCES} instances, ${WATCHERS} watchers`);
        rows.push(row);
        full.push({ name: server.name, megabytes: row.median });
      });
    });
  }
  const [ours, ...peers] = full;
  const ratios = peers.map(({ name, megabytes }) => [`memory_vs_${name}`, (ours?.megabytes ?? Number.NaN) / megabytes]);
  return { rows, ratios: Object.fromEntries(ratios) as Findings['ratios'] }; // pairs of a name and a number
}

async function memoryRow({ name, pid }: RegistryContender, holding: string): Promise<Row> {
  await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
  return summarise(`${name}: memory, ${holding}`, 'MB', [residentBytes(pid) / BYTES_PER_MB]);
}

async function registerAll({ connections }: RegistryContender): Promise<void> {
  await inParallel(connections, INSTANCES, (connection, n) => connection.register(instance(n)));
}

async function withServer(start: Start, use: (server: RegistryContender) => Promise<unknown>): Promise<void> {
  const server = await start();
  try {
    await use(server);
  } finally {
    await server.stop();
  }
}

/** Each watches one service, of which there are as many as watchers. */
async function withWatchers(server: RegistryContender, use: () => Promise<unknown>): Promise<void> {
  const services = Array.from({ length: WATCHERS }, (_, n) => instance(n * INSTANCES_PER_SERVICE).service);
  const watchers = await Watchers.open(services.map((service) => server.watching(service)));
  try {
    await use();
  } finally {
    watchers.close();
  }
}
