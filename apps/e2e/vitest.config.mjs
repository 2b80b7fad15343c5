import { mergeConfig } from 'vitest/config';

import base from '../../vitest.base.mjs';
import { FailureModesReporter } from './src/failure-modes/failure-modes-reporter.ts';

/** Whole platforms start and stop here, one at a time: each is eight processes. */
export default mergeConfig(base, {
  test: {
    fileParallelism: false,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    reporters: ['default', new FailureModesReporter({ write: false })],
  },
});
