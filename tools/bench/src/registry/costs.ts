import type { RegistryConnection, RegistryContender } from './contender.ts';
import type { Findings } from './findings.ts';
import type { SignalboxRegistry } from './signalbox.ts';

import { BenchError } from '../errors.ts';
import { cpuSeconds } from '../process-usage.ts';
import { pairedRatio, summarise } from '../report.ts';
import { interleave } from '../rounds.ts';
import { cpuCost } from './cpu-cost.ts';
import { instance, INSTANCES_PER_SERVICE } from './instances.ts';

const ROUNDS = 3;
/** Enough that the steps of 10 ms in which the system counts CPU time are a few per cent of it. */
const OPERATIONS = { register: 3_000, renew: 4_000, discover: 4_000, batches: 400 };
const BATCH = 100;
/** Registered by the first round: what the later phases renew and discover. */
const REGISTERED = OPERATIONS.register;

/** CPU time of the server per operation. The first phase registers what the later ones renew and discover. */
export async function measureCosts(ours: SignalboxRegistry, peers: readonly RegistryContender[]): Promise<Findings> {
  const contenders = [ours, ...peers];
  const phases = [
    await measurePhase('register', contenders, registering),
    await measurePhase('renew', contenders, renewing),
    await measurePhase('discover', contenders, discovering),
  ];
  const batches = await interleave([{ name: ours.name, run: () => renewingInBatches(ours) }], { rounds: ROUNDS });
  const perLease = (batches.get(ours.name) ?? []).map((cost) => cost / BATCH);
  return {
    rows: [
      ...phases.flatMap(({ rows }) => rows),
      summarise(`signalbox renew, ${BATCH} at a time, each`, 'us CPU', perLease),
    ],
    ratios: Object.assign({}, ...phases.map(({ ratios }) => ratios)) as Findings['ratios'], // each phase names its own
  };
}

type Operate = (connection: RegistryConnection, n: number) => Promise<void>;
/** Called once for each round of a contender. */
type Round = () => { readonly operations: number; readonly operate: Operate };

async function measurePhase(
  name: string,
  contenders: readonly RegistryContender[],
  rounds: () => Round,
): Promise<Findings> {
  const measured = await interleave(
    contenders.map(({ name: contender, pid, connections }) => {
      const next = rounds();
      return { name: contender, run: () => cpuCost({ connections, cpuSeconds: () => cpuSeconds(pid), ...next() }) };
    }),
    { rounds: ROUNDS },
  );
  const [ours = [], ...others] = [...measured.values()];
  const peers = contenders
    .slice(1)
    .map(({ name: peer }, i) => [`${name}_cost_vs_${peer}`, pairedRatio(ours, others[i] ?? [])]);
  return {
    rows: [...measured].map(([contender, samples]) => summarise(`${contender} ${name}`, 'us CPU', samples)),
    ratios: Object.fromEntries(peers) as Findings['ratios'], // pairs of a name and a number
  };
}

function registering(): Round {
  let registered = 0;
  return () => {
    const first = registered;
    registered += OPERATIONS.register;
    return {
      operations: OPERATIONS.register,
      operate: (connection, n) => connection.register(instance(first + n)),
    };
  };
}

function renewing(): Round {
  return () => ({
    operations: OPERATIONS.renew,
    operate: (connection, n) => connection.renew(instance(n % REGISTERED)),
  });
}

function discovering(): Round {
  return () => ({
    operations: OPERATIONS.discover,
    operate: async (connection, n) => {
      const { service } = instance((n * INSTANCES_PER_SERVICE) % REGISTERED);
      const found = await connection.discover(service);
      if (found !== INSTANCES_PER_SERVICE) {
        throw new BenchError(`${service} has ${found} instances, not ${INSTANCES_PER_SERVICE}`);
      }
    },
  });
}

async function renewingInBatches({ pid, connections }: SignalboxRegistry): Promise<number> {
  return await cpuCost({
    cpuSeconds: () => cpuSeconds(pid),
    connections,
    operations: OPERATIONS.batches,
    operate: (connection, n) => {
      const first = (n * BATCH) % REGISTERED;
      return connection.renewMany(Array.from({ length: BATCH }, (_, i) => instance(first + i)));
    },
  });
}
