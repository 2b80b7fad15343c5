import {
  closest,
  type ConfigMap,
  type Document,
  DocumentSyntaxError,
  environmentsOf,
  type Pair,
  parseDocument,
  renderConfiguration,
  servicesOf,
  type Tree,
  UnrenderableError,
} from '@signalbox/layering';
import { judge } from '@signalbox/validation';

import type { Output } from './output.ts';

import { toEnvFile } from '../env-file/env-file.ts';
import { FailedError } from '../errors.ts';
import { fetchDotenv, type ServerOptions } from '../sources/config-server.ts';
import { type DirectoryOptions, readDirectory } from '../sources/directory-tree.ts';
import { writePrivately } from '../sources/private-file.ts';
import { tellLinks } from './links.ts';

/** Where the configuration comes from. */
export type Origin =
  | ({ readonly kind: 'directory'; readonly directory: string } & DirectoryOptions)
  | ({ readonly kind: 'server' } & ServerOptions);

export interface EnvOptions {
  readonly origin: Origin;
  /** File to write. @default what was made is put out */
  readonly out?: string;
  readonly secretsDirectory: string;
}

/** Makes an env file of what a service is configured with. */
export async function writeEnv(pair: Pair, options: EnvOptions, output: Output): Promise<0 | 1> {
  const dotenv = await readDotenv(pair, options.origin, output);
  const made = toEnvFile(variablesIn(dotenv), {
    title: `Made by signalbox env ${pair.service} --env ${pair.environment}: it is written anew, not edited.`,
    secretsDirectory: options.secretsDirectory,
  });
  if (!('text' in made)) {
    made.forEach(({ name, reason }) => {
      output.error(`${name} ${reason}\n`);
    });
    return 1;
  }
  if (options.out === undefined) {
    output.out(made.text);
    return 0;
  }
  await writePrivately(options.out, made.text);
  output.error(`${options.out}: ${made.variables} variables of ${pair.service} in ${pair.environment}\n`);
  return 0;
}

async function readDotenv(pair: Pair, origin: Origin, output: Output): Promise<string> {
  if (origin.kind === 'server') {
    return fetchDotenv(pair, origin);
  }
  const tree = await readDirectory(origin.directory, origin);
  tellLinks(tree, output);
  requireKnown(tree, pair);
  const judgement = judge(tree, pair);
  if (judgement.kind === 'broken') {
    throw new FailedError(`${pair.service}/${pair.environment} is not valid: ${judgement.failure.reason}`);
  }
  return render(judgement.configuration.values);
}

/** As the config-server knows services and environments. */
function requireKnown(tree: Tree, pair: Pair): void {
  const known = { service: servicesOf(tree), environment: environmentsOf(tree) };
  for (const part of ['service', 'environment'] as const) {
    if (!known[part].includes(pair[part])) {
      const near = closest(pair[part], known[part]);
      const hint = near.length === 0 ? '' : `: is it ${near.join(' or ')}`;
      throw new FailedError(`unknown ${part} "${pair[part]}"${hint}`);
    }
  }
}

function render(values: ConfigMap): string {
  try {
    return renderConfiguration(values, 'dotenv');
  } catch (error) {
    throw error instanceof UnrenderableError ? new FailedError(error.message, { cause: error }) : error;
  }
}

/** Both forms come as dotenv, whose names are those that a client of the config-server sees. */
function variablesIn(dotenv: string): ReadonlyMap<string, string> {
  const { root } = parseAnswer(dotenv);
  const texts = Object.entries(root).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
  return new Map(texts);
}

function parseAnswer(dotenv: string): Document {
  try {
    return parseDocument('answer.env', dotenv);
  } catch (error) {
    throw error instanceof DocumentSyntaxError
      ? new FailedError(`the server answered no env file: ${error.reason}`, { cause: error })
      : error;
  }
}
