import { mergeConfig } from 'vitest/config';

import base from '../../vitest.base.mjs';

/** Whole platforms start and stop here, one at a time: each is eight processes. */
export default mergeConfig(base, { test: { fileParallelism: false, testTimeout: 60_000, hookTimeout: 60_000 } });
