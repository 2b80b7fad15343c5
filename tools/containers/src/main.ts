import { hostname } from 'node:os';
import { parseArgs } from 'node:util';

import { imageNames, OWNER_VARIABLE } from '@signalbox/testkit';

import { Engine } from './engine.ts';
import { isRunning, removeLeftovers } from './leftovers.ts';
import { readinessOf } from './readiness.ts';
import { runVitest } from './run-vitest.ts';
import { IMAGE_SUITES, SERVICE_SUITES } from './suites.ts';
import { tellSkipped } from './tell-skipped.ts';

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
    const ryuk = { RYUK_CONTAINER_IMAGE: imageNames.ryuk, TESTCONTAINERS_RYUK_DISABLED: String(!hasRyuk) };
    return await runVitest({ kind, filters, environment: { ...ryuk, [OWNER_VARIABLE]: owner } });
  } finally {
    await engine.removeAllOf(owner);
  }
}

const readiness = await readinessOf(engine);
process.exitCode =
  readiness.state === 'ready'
    ? await runSuites(readiness.hasRyuk)
    : tellSkipped({ kind, filters, reason: readiness.reason });
