import { readFileSync } from 'node:fs';

/**
 * npm puts the workspace's node_modules/.bin first on the PATH of a script, and the pinned Node is linked there.
 * Ends a root script with one line when something else got in between.
 */
const manifest = JSON.parse(readFileSync(new URL('package.json', import.meta.url), 'utf8'));
const pinned = new Set(Object.values(manifest.optionalDependencies));
const running = process.versions.node;

if (!pinned.has(running)) {
  process.stderr.write(
    `signalbox: this script runs on Node ${[...pinned].join(', ')}, but found ${running} at ${process.execPath}; ` +
      'run it through npm, after npm ci without --omit=optional\n',
  );
  process.exitCode = 1;
}
