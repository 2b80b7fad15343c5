import { systemClock } from '@signalbox/clock';

import { StackError } from './errors.ts';
import { readOptions, USAGE } from './options.ts';
import { readableProgress } from './progress.ts';
import { openScene, perform, SCENARIO } from './scenario/scenario.ts';
import { ShopStack, takeDown } from './shop-stack.ts';
import { welcome } from './welcome.ts';

const NAME = 'signalbox-demo';

const clock = systemClock;
const progress = readableProgress({
  write: (text) => process.stdout.write(text),
  now: () => performance.now(),
});

async function up(port: number): Promise<void> {
  const stack = await ShopStack.start({ name: NAME, port, clock, progress });
  const scene = openScene(stack, clock);
  for (const step of SCENARIO) {
    const seen = await progress(step.title, () => perform(step, scene));
    process.stdout.write(`  ${seen}\n`);
  }
  process.stdout.write(welcome({ compose: stack.project.commandLine, url: stack.url }));
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
