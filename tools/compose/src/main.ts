import { systemClock } from '@signalbox/clock';

import { StackError } from './errors.ts';
import { readOptions, USAGE } from './options.ts';
import { readableProgress } from './progress.ts';
import { ShopStack, takeDown } from './shop-stack.ts';
import { welcome } from './welcome.ts';

const NAME = 'signalbox-demo';
/** A worker takes a job at once. */
const FULFILLED_WITHIN_MS = 30_000;

const clock = systemClock;
const progress = readableProgress({
  write: (text) => process.stdout.write(text),
  now: () => performance.now(),
});

async function up(port: number): Promise<void> {
  const stack = await ShopStack.start({ name: NAME, port, clock, progress });
  const customer = await progress('Log in as a customer', () => stack.login());
  const { id } = await progress('Order two signal lamps', () => customer.placeOrder('lamp', 2));
  await progress('Until a worker fulfilled the order', () =>
    customer.fulfilled(id, { clock, withinMs: FULFILLED_WITHIN_MS }),
  );
  const receipt = await progress('Read its receipt', () => customer.receipt(id));
  process.stdout.write(welcome({ compose: stack.project.commandLine, url: stack.url, receipt }));
}

async function down(): Promise<void> {
  await progress(`Containers, networks and volumes of ${NAME}`, () => takeDown({ name: NAME }));
  process.stdout.write(
    'Taken away, with the orders, the configuration and the registrations. Images and docker/secrets stay.\n',
  );
}

// A sleep on the clock keeps no process alive, and between two looks at the containers there is nothing else.
const alive = setInterval(() => undefined, 60_000);
try {
  const wish = readOptions(process.argv.slice(2));
  switch (wish.kind) {
    case 'help':
      process.stdout.write(`${USAGE}\n`);
      break;
    case 'up':
      await up(wish.port);
      break;
    case 'down':
      await down();
      break;
  }
} catch (error) {
  const line = error instanceof StackError ? error.message : error instanceof Error ? error.stack : String(error);
  process.stderr.write(`demo: ${line ?? ''}\n`);
  process.exitCode = 1;
} finally {
  clearInterval(alive);
}
