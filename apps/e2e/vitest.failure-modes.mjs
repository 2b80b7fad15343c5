import { defineConfig } from 'vitest/config';

import base from '../../vitest.base.mjs';
import { FailureModesReporter } from './src/failure-modes/failure-modes-reporter.ts';

/** The scenarios of failure alone, whose figures are written to docs/failure-modes.md. */
export default defineConfig({
  ...base,
  test: {
    ...base.test,
    include: ['test/failures/*.test.ts'],
    fileParallelism: false,
    hookTimeout: 60_000,
    reporters: ['default', new FailureModesReporter({ write: true })],
  },
});
