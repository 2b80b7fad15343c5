import { systemClock } from '@signalbox/clock';

import { LaunchError } from './errors.ts';
import { Fleet } from './fleet.ts';
import { readableLine } from './log-line.ts';
import { readOptions, USAGE } from './options.ts';
import { welcome } from './welcome.ts';

const NAME_WIDTH = 13;

const stopping = new AbortController();
const interrupted = Promise.withResolvers<unknown>();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    stopping.abort();
    interrupted.resolve(undefined);
  });
}

try {
  const options = readOptions(process.argv.slice(2));
  if (options === undefined) {
    process.stdout.write(`${USAGE}\n`);
  } else {
    const fleet = await Fleet.start(options, {
      clock: systemClock,
      signal: stopping.signal,
      sink: (name, line) => process.stdout.write(`${name.padEnd(NAME_WIDTH)} | ${readableLine(line)}\n`),
    });
    process.stdout.write(welcome(options));
    await interrupted.promise;
    const killed = await fleet.stop();
    if (killed.length > 0) {
      throw new LaunchError(`had to be killed, because they did not stop: ${killed.join(', ')}`);
    }
  }
} catch (error) {
  const isOurs = error instanceof LaunchError;
  if (isOurs || !stopping.signal.aborted) {
    const line = isOurs ? error.message : error instanceof Error ? error.stack : String(error);
    process.stderr.write(`signalbox: ${line ?? ''}\n`);
    process.exitCode = 1;
  }
}
process.exit();
