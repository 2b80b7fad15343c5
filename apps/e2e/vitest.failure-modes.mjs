import { mergeConfig } from 'vitest/config';

import base from '../../vitest.base.mjs';
import { FailureModesReporter } from './src/failure-modes/failure-modes-reporter.ts';

/** The scenarios of failure alone, whose figures are written to docs/failure-modes.md. */
export default mergeConfig(base, {
  test: {
    fileParallelism: false,
    hookTimeout: 60_000,
    reporters: ['default', new FailureModesReporter({ write: true })],
  },
});
