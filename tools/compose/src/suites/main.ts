import { COMPOSE_SUITES, Engine, readinessOf, runVitest, tellSkipped } from '@signalbox/containers';

import { ComposeProject } from '../compose-project.ts';
import { takeDown } from '../shop-stack.ts';
import { takeDownLeftovers } from './leftovers.ts';
import { PROJECT_VARIABLE, projectOf } from './project-name.ts';

const kind = COMPOSE_SUITES;
const filters = process.argv.slice(2);
const name = projectOf(process.pid);

async function runSuites(): Promise<number> {
  await takeDownLeftovers();
  try {
    return await runVitest({ kind, filters, environment: { [PROJECT_VARIABLE]: name } });
  } finally {
    await takeDown({ name });
  }
}

/** Why the suites can't run here; undefined where they can. */
async function trouble(): Promise<string | undefined> {
  const readiness = await readinessOf(new Engine());
  if (readiness.state === 'unready') {
    return readiness.reason;
  }
  return (await ComposeProject.isInstalled()) ? undefined : 'neither docker compose nor docker-compose is installed';
}

const reason = await trouble();
process.exitCode = reason === undefined ? await runSuites() : tellSkipped({ kind, filters, reason });
