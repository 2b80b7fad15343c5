#!/usr/bin/env node
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** In the workspace the sources run, on its own Node, whether or not there is a build of them. */
const runner = fileURLToPath(new URL('../../../tools/runtime/run.mjs', import.meta.url));
const source = fileURLToPath(new URL('../src/main.ts', import.meta.url));

if (existsSync(runner) && existsSync(source)) {
  const command = [runner, 'node', '--conditions=@signalbox/source', source, ...process.argv.slice(2)];
  process.exitCode = spawnSync(process.execPath, command, { stdio: 'inherit' }).status ?? 1;
} else {
  await import('../dist/main.js');
}
