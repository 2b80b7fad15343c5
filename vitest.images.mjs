import { configDefaults, defineConfig } from 'vitest/config';

import base from './vitest.base.mjs';

/** The suites on the images of the apps, which share what they build. The verbose reporter shows what they measured. */
export default defineConfig({
  ...base,
  test: {
    ...base.test,
    include: ['{apps,libs,tools}/*/test/**/*.images.test.ts'],
    exclude: configDefaults.exclude,
    fileParallelism: false,
    testTimeout: 60_000,
    reporters: ['verbose'],
  },
});
