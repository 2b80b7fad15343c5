import { Command, CommanderError, InvalidArgumentError } from 'commander';

import type { Output } from './output.ts';

import { FailedError, UsageError } from '../errors.ts';
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
  return program;
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
  if (error instanceof UsageError || error instanceof FailedError) {
    say(`signalbox: ${error.message}\n`);
    return error instanceof FailedError ? EXIT_FAILED : EXIT_USAGE;
  }
  throw error;
}
