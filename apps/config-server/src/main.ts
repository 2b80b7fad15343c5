import { systemClock } from '@signalbox/clock';
import { readSettings, runMain } from '@signalbox/service-runtime';

import { startApp } from './app.ts';
import { Settings } from './config.ts';

await runMain({
  name: 'config-server',
  process,
  clock: systemClock,
  start: (environment) => startApp({ settings: readSettings(Settings, environment), environment, pid: process.pid }),
});
