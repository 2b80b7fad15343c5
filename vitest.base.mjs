import { defaultServerConditions } from 'vite';
import { configDefaults, defineConfig } from 'vitest/config';

/** What every project's tests share: workspace sources without a build, and nothing printed by a passing test. */
export default defineConfig({
  ssr: { resolve: { conditions: ['@signalbox/source', ...defaultServerConditions] } },
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
    // They need a Docker engine: vitest.containers.mjs, vitest.images.mjs and vitest.compose.mjs run them, for all projects.
    exclude: [...configDefaults.exclude, '**/*.{compose,containers,images}.test.ts'],
    execArgv: ['--conditions=@signalbox/source'],
    restoreMocks: true,
    onConsoleLog(log) {
      throw new Error(`a test printed: ${log}`);
    },
  },
});
