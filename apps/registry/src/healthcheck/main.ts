import { runHealthcheck } from '@signalbox/service-runtime/healthcheck';
import { readSettings } from '@signalbox/service-runtime/settings';

import { RegistrySettings } from '../config.ts';

await runHealthcheck({
  name: 'registry',
  process,
  addressFrom: (environment) => readSettings(RegistrySettings, environment),
});
