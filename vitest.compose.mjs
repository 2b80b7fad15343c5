import { configDefaults, defineConfig } from 'vitest/config';

import base from './vitest.base.mjs';

/** The suites on the whole shop in containers. The verbose reporter shows each step, and what was seen. */
export default defineConfig({
  ...base,
  test: {
    ...base.test,
    include: ['{apps,libs,tools}/*/test/**/*.compose.test.ts'],
    exclude: configDefaults.exclude,
    fileParallelism: false,
    // A process of its own would outlive a vitest that is told to end, and go on to start what nobody takes away.
    pool: 'threads',
    // A step restarts what takes seconds, and waits for what is promised within a minute or two.
    testTimeout: 300_000,
    reporters: ['verbose'],
  },
});
