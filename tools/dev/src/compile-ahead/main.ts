import { flushCompileCache } from 'node:module';
import { pathToFileURL } from 'node:url';

/**
 * Leaves the modules that it is given, and all that they import, in the cache that NODE_COMPILE_CACHE names. None of them runs: modules run in
 * the order in which they are imported, once all are loaded, and the first one fails.
 */
const [, , ...modules] = process.argv;
const first = new URL('not-run.ts', import.meta.url);
const imports = [first, ...modules.map((path) => pathToFileURL(path))].map(
  ({ href }) => `import ${JSON.stringify(href)};`,
);
const NOT_RUN = 'loaded, not run';
try {
  await import(`data:text/javascript,${encodeURIComponent(imports.join('\n'))}`);
} catch (error) {
  if (!(error instanceof Error) || error.message !== NOT_RUN) {
    throw error;
  }
}
flushCompileCache();
