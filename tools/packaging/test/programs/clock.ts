import { equal, rejects } from 'node:assert/strict';

import { type Clock, parseDuration, systemClock } from '@signalbox/clock';

const clock: Clock = systemClock;
const before = clock.now();
await rejects(clock.sleep(parseDuration('30s'), AbortSignal.abort()), { name: 'AbortError' });
equal(clock.now() >= before, true);
