import type { Report } from '../report.ts';

import { builtApp } from '../built-app.ts';
import { findProgram } from '../programs.ts';
import { measureCosts } from '../registry/costs.ts';
import { startEtcd } from '../registry/etcd.ts';
import { measureMemory } from '../registry/memory.ts';
import { startSignalbox } from '../registry/signalbox.ts';
import { measureWatches } from '../registry/watch-latency.ts';

/** Clients at a time, each with a connection of its own on both sides. */
const CONNECTIONS = 32;
/** The server has a core to itself, as far as this program is concerned. */
const SERVER = { core: 0, connections: CONNECTIONS };

const DURABILITY =
  'durability: etcd syncs every registration to the disk; the registry commits it to SQLite with synchronous=NORMAL, which outlives ' +
  'the process but, for the last moments, not a power cut. Renewals are in memory alone on both sides.';

/** The registry against etcd with leases: CPU time per operation, how soon watchers hear of a change, memory. */
export async function registrySuite(): Promise<Report> {
  const command = await builtApp('registry');
  const etcd = findProgram('etcd');
  const startOurs = () => startSignalbox(command, SERVER);
  const startPeers = etcd === undefined ? [] : [() => startEtcd(etcd, SERVER)];

  await using opened = new AsyncDisposableStack();
  const ours = await startOurs();
  opened.defer(() => ours.stop());
  const peers = [];
  for (const start of startPeers) {
    const peer = await start();
    opened.defer(() => peer.stop());
    peers.push(peer);
  }
  const costs = await measureCosts(ours, peers);
  const watches = await measureWatches([ours, ...peers]);
  await opened.disposeAsync();
  const memory = await measureMemory([startOurs, ...startPeers]);
  const findings = [costs, watches, memory];
  return {
    suite: 'registry',
    rows: findings.flatMap(({ rows }) => rows),
    ratios: Object.assign({}, ...findings.map(({ ratios }) => ratios)) as Report['ratios'], // each names its own
    remarks: [DURABILITY, ...(etcd === undefined ? ['etcd is not installed: left out'] : [])],
  };
}
