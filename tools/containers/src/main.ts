import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants, hostname } from 'node:os';
import { parseArgs } from 'node:util';

import { imageNames, OWNER_VARIABLE } from '@signalbox/testkit';

import { Engine } from './engine.ts';
import { isRunning, removeLeftovers } from './leftovers.ts';
import { readinessOf } from './readiness.ts';
import { IMAGE_SUITES, SERVICE_SUITES, skippedLine, suitesOf } from './suites.ts';

const engine = new Engine();
const host = hostname();
const owner = `${host}:${process.pid}`;
const { values, positionals: filters } = parseArgs({
  options: { images: { type: 'boolean' } },
  allowPositionals: true,
});
const kind = values.images === true ? IMAGE_SUITES : SERVICE_SUITES;

async function runSuites(hasRyuk: boolean): Promise<number> {
  await removeLeftovers(engine, { host, isRunning });
  try {
    return await runVitest({ RYUK_CONTAINER_IMAGE: imageNames.ryuk, TESTCONTAINERS_RYUK_DISABLED: String(!hasRyuk) });
  } finally {
    await engine.removeAllOf(owner);
  }
}

async function runVitest(environment: Readonly<Record<string, string>>): Promise<number> {
  const child = spawn('vitest', ['run', '--config', kind.config, ...filters], {
    stdio: 'inherit',
    shell: process.platform === 'win32',
    env: { ...process.env, ...environment, [OWNER_VARIABLE]: owner },
  });
  // A terminal sends Ctrl-C to vitest as well; other senders mean it. Either way, containers are removed after it ended.
  process.on('SIGINT', () => undefined);
  for (const signal of ['SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => child.kill(signal));
  }
  const [code, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null]; // as Node documents it
  return code ?? 128 + constants.signals[signal ?? 'SIGTERM'];
}

const readiness = await readinessOf(engine);
if (readiness.state === 'ready') {
  process.exitCode = await runSuites(readiness.hasRyuk);
} else {
  const isRequired = process.env['SIGNALBOX_REQUIRE_CONTAINERS'] === '1';
  process.exitCode = isRequired ? 1 : 0;
  const stream = isRequired ? process.stderr : process.stdout;
  stream.write(`${skippedLine(readiness.reason, kind, suitesOf(kind, filters))}\n`);
}
