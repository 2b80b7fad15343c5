import { runHealthcheck } from '@signalbox/service-runtime/healthcheck';
import { readSettings } from '@signalbox/service-runtime/settings';

import { GatewaySettings } from '../config.ts';

await runHealthcheck({
  name: 'gateway',
  process,
  addressFrom: (environment) => {
    const { adminHost, adminPort } = readSettings(GatewaySettings, environment);
    return { host: adminHost, port: adminPort };
  },
});
