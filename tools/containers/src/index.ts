export { Engine } from './engine.ts';
export { buildAppImages, type BuiltImage } from './images/app-images.ts';
export { isRunning } from './leftovers.ts';
export { readinessOf } from './readiness.ts';
export { runVitest, type VitestRun } from './run-vitest.ts';
export { COMPOSE_SUITES, type SuiteKind } from './suites.ts';
export { type SkippedSuites, tellSkipped } from './tell-skipped.ts';
