/**
 * Makes of docker/env what docker/compose.yaml reads: node docker/env-files.mjs [ENVIRONMENT [DIRECTORY]]. ENVIRONMENT is production where
 * none is named, DIRECTORY is docker. Needs what npm ci installs: it asks the command line of apps/cli.
 *
 * Containers get env-files/*.env. What the Compose files refer to, as ${DATABASE_PORT:-5432}, goes into .env, between two lines that say so;
 * what else is in that file stays. Nothing is written unless all of it can be.
 */
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const HERE = fileURLToPath(new URL('.', import.meta.url));
const SIGNALBOX = join(HERE, '../apps/cli/bin/signalbox.mjs');

/** Services of docker/env whose env files containers get. */
const FOR_CONTAINERS = ['api', 'auth', 'postgres', 'products', 'redis', 'web', 'worker'];
/** The one that has what the Compose files refer to. */
const FOR_COMPOSE = 'compose';

const FIRST_LINE = '# Made of docker/env by npm run env-files, down to the line that ends it: changed there, not here.';
const LAST_LINE = '# The end of what was made of docker/env.';

/** Of a .env that is not there yet: others of this machine have no business with what is added to it. */
const PRIVATE = 0o600;
const READABLE = 0o644;

class EnvFilesError extends Error {}

async function envFileOf(service, environment) {
  const args = ['env', service, '--env', environment, '--dir', join(HERE, 'env'), '--mount', 'env'];
  try {
    const { stdout } = await promisify(execFile)(process.execPath, [SIGNALBOX, ...args]);
    return stdout;
  } catch (error) {
    throw new EnvFilesError(`${service} in ${environment}: ${error.stderr.trim() || error.message}`);
  }
}

/** The text of a .env with what is made in it; what was made before is replaced. */
function withMade(text, made) {
  const block = `${FIRST_LINE}\n${made}${LAST_LINE}\n`;
  const { before, after } = around(text);
  const own = namesIn(before + after);
  const twice = namesIn(made).filter((name) => own.includes(name));
  if (twice.length > 0) {
    throw new EnvFilesError(`.env says ${twice.join(', ')} itself: that is said in docker/env`);
  }
  const isEnded = before === '' || before.endsWith('\n');
  return `${before}${isEnded ? '' : '\n'}${block}${after}`;
}

/** What stands before and behind what was made before. */
function around(text) {
  const start = text.indexOf(`${FIRST_LINE}\n`);
  if (start === -1) {
    return { before: text, after: '' };
  }
  const end = text.indexOf(`${LAST_LINE}\n`, start);
  if (end === -1) {
    throw new EnvFilesError(`.env lacks the line "${LAST_LINE}": put it back, or take out what was made`);
  }
  return { before: text.slice(0, start), after: text.slice(end + LAST_LINE.length + 1) };
}

function namesIn(text) {
  return [...text.matchAll(/^[^\S\n]*(?:export[^\S\n]+)?([A-Za-z_]\w*)[^\S\n]*=/gm)].map(([, name]) => name);
}

/** Whoever reads the file meanwhile sees it as it was, or as it is. */
function replace(path, text, mode) {
  const unfinished = `${path}.${process.pid}`;
  try {
    writeFileSync(unfinished, text, { mode, flag: 'wx' });
    renameSync(unfinished, path);
  } finally {
    rmSync(unfinished, { force: true });
  }
}

async function makeEnvFiles(environment, directory) {
  const services = [...FOR_CONTAINERS, FOR_COMPOSE];
  const texts = await Promise.all(services.map((service) => envFileOf(service, environment)));
  const made = Object.fromEntries(services.map((service, i) => [service, texts[i]]));
  const dotenv = join(directory, '.env');
  const isThere = existsSync(dotenv);
  const complete = withMade(isThere ? readFileSync(dotenv, 'utf8') : '', made[FOR_COMPOSE]);
  mkdirSync(join(directory, 'env-files'), { recursive: true });
  for (const service of FOR_CONTAINERS) {
    replace(join(directory, 'env-files', `${service}.env`), made[service], READABLE);
  }
  replace(dotenv, complete, isThere ? statSync(dotenv).mode : PRIVATE);
}

const [environment = 'production', directory = HERE, ...rest] = process.argv.slice(2);
try {
  if (rest.length > 0) {
    throw new EnvFilesError('node docker/env-files.mjs [ENVIRONMENT [DIRECTORY]]');
  }
  await makeEnvFiles(environment, directory);
  const shown = relative('', directory) || '.';
  process.stdout.write(
    `env-files: ${environment}, in ${join(shown, '.env')} and ${join(shown, 'env-files')} (${FOR_CONTAINERS.length})\n`,
  );
} catch (error) {
  const line = error instanceof EnvFilesError || error.code !== undefined ? error.message : error.stack;
  process.stderr.write(`env-files: ${line}\n`);
  process.exitCode = 1;
}
