import { flushCompileCache } from 'node:module';

import { orders } from './orders.ts';
import { products } from './products.ts';
import { run } from './run.ts';
import { readDemoSettings } from './settings.ts';
import { web } from './web.ts';

const settings = () => readDemoSettings(process.env);

const STARTS: Readonly<Record<string, () => ReturnType<typeof run>>> = {
  orders: () => run(orders, settings()),
  products: () => run(products, settings()),
  web: () => run(web, settings()),
};

/** Longest time to close in; the launcher, and an orchestrator, wait a little longer. */
const CLOSE_WITHIN_MS = 4_000;

const [, , name = ''] = process.argv;
const start = STARTS[name];
const stopped = Promise.withResolvers<unknown>();
for (const event of ['SIGTERM', 'SIGINT', 'disconnect']) {
  process.once(event, stopped.resolve);
}

try {
  if (start === undefined) {
    throw new TypeError(`no service "${name}" in the shop; there are ${Object.keys(STARTS).join(', ')}`);
  }
  const running = await start();
  flushCompileCache(); // else Node writes it at the end, while someone waits for that
  await stopped.promise;
  setTimeout(() => process.exit(1), CLOSE_WITHIN_MS).unref();
  await running.close();
  process.exit(0);
} catch (error) {
  process.stderr.write(`${name}: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}
