import { equal, throws } from 'node:assert/strict';
import * as z from 'zod';

import { commonSettings, type Identity, isAllowed, readSettings, SettingsError } from '@signalbox/service-runtime';

const Settings = z.object({ ...commonSettings, greeting: z.string() });
equal(readSettings(Settings, { SIGNALBOX_GREETING: 'hello' }).greeting, 'hello');
throws(() => readSettings(Settings, {}), SettingsError);
const ada: Identity = { name: 'ada', role: 'reader', services: ['*'], environments: ['*'] };
equal(isAllowed(ada, 'write'), false);
