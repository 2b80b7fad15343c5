import { runHealthcheck } from '@signalbox/service-runtime/healthcheck';

import { readDemoSettings } from '../settings.ts';

await runHealthcheck({ name: 'demo', process, addressFrom: readDemoSettings });
