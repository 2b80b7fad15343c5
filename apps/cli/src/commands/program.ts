import { Command, CommanderError, InvalidArgumentError } from 'commander';
import * as z from 'zod';

import { EnvironmentName, Label, ServiceName } from '@signalbox/schemas';
import { readSettings, SettingsError } from '@signalbox/service-runtime/settings';

import type { Output } from './output.ts';

import { CommandLineSettings } from '../config.ts';
import { FailedError, UsageError } from '../errors.ts';
import { type Origin, writeEnv } from './env.ts';
import { validate } from './validate.ts';

const VERSION = '0.1.0';
const EXIT_FAILED = 1;
const EXIT_USAGE = 2;
/** One folder of a repository, by its name. */
const FOLDER = /^[A-Za-z0-9][\w.-]*$/;

/** What a command may use of the process that it runs in. */
export interface Surroundings extends Output {
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** Runs a command line, without the names of program and script, and answers the exit code. */
export async function runCommandLine(args: readonly string[], surroundings: Surroundings): Promise<number> {
  const outcome = { exitCode: 0 };
  const program = createProgram(surroundings, (exitCode) => {
    outcome.exitCode = exitCode;
  });
  try {
    await program.parseAsync(args, { from: 'user' });
    return outcome.exitCode;
  } catch (error) {
    return exitCodeOf(error, surroundings);
  }
}

function createProgram(surroundings: Surroundings, onExit: (exitCode: number) => void): Command {
  const program = new Command('signalbox')
    .description('The command line of Signalbox')
    .version(VERSION)
    .exitOverride()
    .configureOutput({ writeOut: surroundings.out, writeErr: surroundings.error });
  program
    .command('validate')
    .description('Judge every service in every environment of a working directory, as the config-server would')
    .argument('[directory]', 'where the documents are', '.')
    .option('--mount <folder>', 'the folder of a repository that the directory is: env for env files', folderName)
    .action(async (directory: string, options: { mount?: string }) => {
      onExit(await validate(directory, options, surroundings));
    });
  addEnv(program, surroundings, onExit);
  return program;
}

interface EnvFlags {
  readonly env: string;
  readonly dir?: string;
  readonly mount?: string;
  readonly url?: URL;
  readonly label?: string;
  readonly out?: string;
  readonly secretsAt: string;
}

function addEnv(program: Command, surroundings: Surroundings, onExit: (exitCode: number) => void): void {
  program
    .command('env')
    .description('Write an env file for Compose from what a service is configured with')
    .argument('<service>', 'whose configuration', parsedBy(ServiceName))
    .requiredOption('--env <environment>', 'in which environment', parsedBy(EnvironmentName))
    .option('--dir <directory>', 'read a working directory')
    .option('--mount <folder>', 'the folder of a repository that the directory is: env for env files', folderName)
    .option(
      '--url <url>',
      'ask a config-server, with the token of SIGNALBOX_TOKEN or SIGNALBOX_TOKEN_FILE',
      parsedBy(Url),
    )
    .option('--label <label>', 'branch, tag or commit that the server is asked for', parsedBy(Label))
    .option('--out <file>', 'write the file, for its owner alone; otherwise it is printed')
    .option('--secrets-at <directory>', 'where the service finds its secrets, a file each', '/run/secrets')
    .action(async (service: string, flags: EnvFlags) => {
      const { env: environment, secretsAt: secretsDirectory, out } = flags;
      const origin = originOf(flags, surroundings);
      const options = { origin, secretsDirectory, ...(out !== undefined && { out }) };
      onExit(await writeEnv({ service, environment }, options, surroundings));
    });
}

function originOf({ dir, mount, url, label }: EnvFlags, { environment }: Surroundings): Origin {
  if ((dir === undefined) === (url === undefined)) {
    throw new UsageError('give either --dir or --url');
  }
  if (url !== undefined) {
    requireNone('--mount', mount, 'goes with --dir: a server has its repository as a whole');
    requireNoPassword(url);
    const { token } = readSettings(CommandLineSettings, environment);
    return { kind: 'server', url, ...(token !== undefined && { token }), ...(label !== undefined && { label }) };
  }
  requireNone('--label', label, 'goes with --url: a directory is read as it is');
  return { kind: 'directory', directory: dir ?? '.', ...(mount !== undefined && { mount }) };
}

function requireNone(flag: string, given: string | undefined, reason: string): void {
  if (given !== undefined) {
    throw new UsageError(`${flag} ${reason}`);
  }
}

/** What fetch says of an address with a password repeats it. */
function requireNoPassword({ username, password }: URL): void {
  if (username !== '' || password !== '') {
    throw new UsageError('--url may have no user and no password: the token of SIGNALBOX_TOKEN is sent');
  }
}

const Url = z
  .url({ protocol: /^https?$/, error: 'must be an http or https address' })
  .transform((text) => new URL(text));

function parsedBy<Output>(schema: z.ZodType<Output>): (text: string) => Output {
  return (text) => {
    const parsed = schema.safeParse(text);
    if (!parsed.success) {
      throw new InvalidArgumentError(parsed.error.issues.map(({ message }) => message).join('; '));
    }
    return parsed.data;
  };
}

function folderName(text: string): string {
  if (!FOLDER.test(text)) {
    throw new InvalidArgumentError('It must be the name of one folder, such as env.');
  }
  return text;
}

/** What commander refuses it has said already; help and version are no failures. */
function exitCodeOf(error: unknown, { error: say }: Output): number {
  if (error instanceof CommanderError) {
    return error.exitCode === 0 ? 0 : EXIT_USAGE;
  }
  if (error instanceof UsageError || error instanceof SettingsError || error instanceof FailedError) {
    say(`signalbox: ${error.message}\n`);
    return error instanceof FailedError ? EXIT_FAILED : EXIT_USAGE;
  }
  throw error;
}
