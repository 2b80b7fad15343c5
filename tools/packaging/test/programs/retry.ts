import { equal } from 'node:assert/strict';

import { exponentialBackoff, RetryPolicy } from '@signalbox/retry';

const retry = new RetryPolicy({ backoff: exponentialBackoff({ initialMs: 1 }) });
let calls = 0;
const result: string = await retry.execute(
  () => {
    calls += 1;
    return calls < 2 ? Promise.reject(new Error('not yet')) : Promise.resolve('done');
  },
  { isIdempotent: true },
);
equal(result, 'done');
