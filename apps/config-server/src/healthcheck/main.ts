import { runHealthcheck } from '@signalbox/service-runtime/healthcheck';
import { readSettings } from '@signalbox/service-runtime/settings';

import { ConfigServerSettings } from '../config.ts';

await runHealthcheck({
  name: 'config-server',
  process,
  addressFrom: (environment) => readSettings(ConfigServerSettings, environment),
});
