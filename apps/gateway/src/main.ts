import { systemClock } from '@signalbox/clock';
import { readSettings, runMain } from '@signalbox/service-runtime';

import { startGateway } from './app.ts';
import { GatewaySettings } from './config.ts';

/** Longer than requests under way may take: draining bounds itself. */
const CLOSE_WITHIN_MS = 65_000;

await runMain({
  name: 'gateway',
  process,
  clock: systemClock,
  closeWithinMs: CLOSE_WITHIN_MS,
  start: (environment, signal) => {
    const settings = readSettings(GatewaySettings, environment);
    return startGateway({ settings, clock: systemClock, signal });
  },
});
