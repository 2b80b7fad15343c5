import { systemClock } from '@signalbox/clock';
import { readSettings, runMain } from '@signalbox/service-runtime';

import { startConfigServer } from './app.ts';
import { ConfigServerSettings } from './config.ts';

await runMain({
  name: 'config-server',
  process,
  clock: systemClock,
  start: (environment) => {
    const settings = readSettings(ConfigServerSettings, environment);
    return startConfigServer({ settings, environment, clock: systemClock, pid: process.pid });
  },
});
