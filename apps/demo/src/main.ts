import { flushCompileCache } from 'node:module';

import type { CommonConfiguration } from './configuration.ts';
import type { ShopService } from './shop-service.ts';

import { run } from './run.ts';
import { readDemoSettings } from './settings.ts';

/** Loaded one at a time: a service without a database loads no driver. */
const STARTS: Readonly<Record<string, () => ReturnType<typeof run>>> = {
  auth: async () => start((await import('./auth.ts')).auth),
  orders: async () => start((await import('./orders.ts')).orders),
  products: async () => start((await import('./products.ts')).products),
  web: async () => start((await import('./web.ts')).web),
  worker: async () => start((await import('./worker.ts')).worker),
};

function start<Configuration extends CommonConfiguration>(service: ShopService<Configuration>) {
  return run(service, readDemoSettings(process.env));
}

/** Longest time to close in; the launcher, and an orchestrator, wait a little longer. */
const CLOSE_WITHIN_MS = 4_000;

const [, , name = ''] = process.argv;
const startNamed = STARTS[name];
const stopped = Promise.withResolvers<unknown>();
for (const event of ['SIGTERM', 'SIGINT', 'disconnect']) {
  process.once(event, stopped.resolve);
}

try {
  if (startNamed === undefined) {
    throw new TypeError(`no service "${name}" in the shop; there are ${Object.keys(STARTS).join(', ')}`);
  }
  const running = await startNamed();
  flushCompileCache(); // else Node writes it at the end, while someone waits for that
  await stopped.promise;
  setTimeout(() => process.exit(1), CLOSE_WITHIN_MS).unref();
  await running.close();
  process.exit(0);
} catch (error) {
  process.stderr.write(`${name}: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}
