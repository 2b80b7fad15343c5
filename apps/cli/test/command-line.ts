import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { runCommandLine } from '../src/commands/program.ts';

export interface Ran {
  readonly exitCode: number;
  readonly out: string;
  readonly error: string;
}

/** Runs a command line in this process, and answers what it said. */
export async function signalbox(
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<Ran> {
  const said = { out: '', error: '' };
  const exitCode = await runCommandLine(args, {
    environment,
    out: (text) => {
      said.out += text;
    },
    error: (text) => {
      said.error += text;
    },
  });
  return { exitCode, ...said };
}

export async function writeFiles(
  directory: string,
  files: Readonly<Record<string, string | Uint8Array>>,
): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(directory, path)), { recursive: true });
    await writeFile(join(directory, path), content);
  }
}
