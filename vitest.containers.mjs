import { configDefaults, defineConfig } from 'vitest/config';

import base from './vitest.base.mjs';

/** The container suites of all projects, in one run. They mostly wait for their containers, so that several share a core. */
export default defineConfig({
  ...base,
  test: {
    ...base.test,
    include: ['{apps,libs,tools}/*/test/**/*.containers.test.ts'],
    exclude: configDefaults.exclude,
    maxWorkers: 3,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
