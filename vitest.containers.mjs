import { configDefaults, defineConfig } from 'vitest/config';

import base from './vitest.base.mjs';

/** The container suites of all projects, in one run: they mostly wait for their containers. */
export default defineConfig({
  ...base,
  test: {
    ...base.test,
    include: ['{apps,libs,tools}/*/test/**/*.containers.test.ts'],
    exclude: configDefaults.exclude,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
