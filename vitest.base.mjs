import { defaultServerConditions } from 'vite';
import { defineConfig } from 'vitest/config';

/** What every project's tests share: workspace sources without a build, and nothing printed by a passing test. */
export default defineConfig({
  ssr: { resolve: { conditions: ['@signalbox/source', ...defaultServerConditions] } },
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
    execArgv: ['--conditions=@signalbox/source'],
    restoreMocks: true,
    onConsoleLog(log) {
      throw new Error(`a test printed: ${log}`);
    },
  },
});
