import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { freePort, temporaryDirectory } from '@signalbox/testkit';

import type { Workload } from '../../gateway/workload.ts';

import { chooseLoad, CONNECTIONS, type Load } from '../../gateway/load.ts';
import { addressOf, answersOk, type Site } from '../../gateway/site.ts';
import { cpuSeconds } from '../../process-usage.ts';
import { onCore, Program } from '../../programs.ts';
import { pairedRatio, type Report, summarise } from '../../report.ts';
import { type Contender, interleave, type RoundOptions } from '../../rounds.ts';
import { ConfigServer, type ReadAnswer } from './config-server.ts';
import { CountedGit } from './git-work.ts';
import { FILES, type ReadWorkloads, readWorkloads } from './read-workloads.ts';

const SERVER_CORE = 0;
const LOAD_CORE = 1;

interface Rounds extends RoundOptions {
  /** Of one round of one contender. */
  readonly ms: number;
}

const COMPARED: Rounds = { rounds: 12, warmUps: 2, ms: 700 };
const OTHERS: Rounds = { rounds: 5, warmUps: 1, ms: 500 };
const COUNTED_MS = 300;

const SIGNALBOX = 'config-server';
const FASTIFY = 'bare Fastify route';
const UNIT = 'us CPU/request';

/** CPU time of a warm read, against the least that Fastify can do to send the same bytes. */
export async function configRead(): Promise<Report> {
  await using opened = new AsyncDisposableStack();
  const directory = opened.use(await temporaryDirectory()).path;
  const { name, load } = chooseLoad({ directory, core: LOAD_CORE, opened });
  const server = opened.use(
    await ConfigServer.start({ directory: join(directory, 'server'), files: FILES, core: SERVER_CORE }),
  );
  const { plain, others } = await readWorkloads(server);
  const bare = await startBareFastify(opened, directory, await server.read(plain.path));

  const meter = { load, ms: COMPARED.ms };
  const compared = await interleave(
    [
      { name: SIGNALBOX, run: () => cpuPerRequest(server, plain, meter) },
      { name: FASTIFY, run: () => cpuPerRequest(bare, plain, meter) },
    ],
    COMPARED,
  );
  const varied = await interleave(
    others.map((workload): Contender => ({
      name: workload.name,
      run: () => cpuPerRequest(server, workload, { load, ms: OTHERS.ms }),
    })),
    OTHERS,
  );
  return {
    suite: 'config-read',
    rows: [
      ...[...compared].map(([side, figures]) => summarise(`${plain.name}, ${side}`, UNIT, figures)),
      ...[...varied].map(([variant, figures]) => summarise(variant, UNIT, figures)),
      summarise('git commands and object reads by all of these', 'count', [
        await gitWork(join(directory, 'counted'), load),
      ]),
    ],
    ratios: { cpu_vs_fastify: pairedRatio(compared.get(SIGNALBOX) ?? [], compared.get(FASTIFY) ?? []) },
    remarks: [`load: ${name} on ${CONNECTIONS} kept connections`],
  };
}

async function startBareFastify(
  opened: AsyncDisposableStack,
  directory: string,
  { body, contentType }: ReadAnswer,
): Promise<Site> {
  const port = await freePort();
  const file = join(directory, 'body');
  await writeFile(file, body);
  const script = join(import.meta.dirname, 'programs', 'bare-fastify.ts');
  const command = onCore(SERVER_CORE, [
    process.execPath,
    '--conditions=@signalbox/source',
    script,
    String(port),
    file,
    contentType,
  ]);
  const program = await Program.start(FASTIFY, command, {
    isReady: () => answersOk(addressOf(port, '/config/any/production')),
  });
  opened.defer(() => program.stop());
  return { program, port };
}

interface Meter {
  readonly load: Load;
  readonly ms: number;
}

async function cpuPerRequest(site: Site, workload: Workload, { load, ms }: Meter): Promise<number> {
  const before = cpuSeconds(site.program.pid);
  const completed = await load(site, workload, ms);
  return ((cpuSeconds(site.program.pid) - before) * 1e6) / completed;
}

async function gitWork(directory: string, load: Load): Promise<number> {
  await using counted = await CountedGit.start({ directory, files: FILES, core: SERVER_CORE });
  const { plain, others }: ReadWorkloads = await readWorkloads(counted.server);
  return await counted.during(async () => {
    for (const workload of [plain, ...others]) {
      await load(counted.server, workload, COUNTED_MS);
    }
  });
}
