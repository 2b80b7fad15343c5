import process from 'node:process';

import { systemClock } from '@signalbox/clock';
import { readSettings, runMain } from '@signalbox/service-runtime';

import { startRegistry } from './app.ts';
import { RegistrySettings } from './config.ts';

await runMain({
  name: 'registry',
  process,
  clock: systemClock,
  start: (environment) =>
    startRegistry({ settings: readSettings(RegistrySettings, environment), clock: systemClock, pid: process.pid }),
});
