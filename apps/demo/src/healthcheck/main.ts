import { runHealthcheck } from '@signalbox/service-runtime/healthcheck';

import { readListenSettings } from '../settings.ts';

await runHealthcheck({ name: 'demo', process, addressFrom: readListenSettings });
