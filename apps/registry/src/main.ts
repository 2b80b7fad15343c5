import { systemClock } from '@signalbox/clock';
import { readSettings, runMain } from '@signalbox/service-runtime';

import { startRegistry } from './app.ts';
import { RegistrySettings } from './config.ts';

await runMain({
  name: 'registry',
  process,
  clock: systemClock,
  start: (environment) => {
    const settings = readSettings(RegistrySettings, environment);
    return startRegistry({ settings, clock: systemClock, pid: process.pid });
  },
});
