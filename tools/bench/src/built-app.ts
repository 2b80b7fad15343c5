import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { BenchError } from './errors.ts';

const WORKSPACE = join(import.meta.dirname, '..', '..', '..');

/** Builds an app of the workspace, if it is not built already, and answers the command that runs it as its users do. */
export async function builtApp(name: string): Promise<readonly string[]> {
  try {
    await promisify(execFile)('nx', ['build', `@signalbox/${name}`], {
      cwd: WORKSPACE,
      env: { ...process.env, NX_DAEMON: 'false' },
    });
  } catch (error) {
    const { stdout, stderr } = error as { stdout: string; stderr: string }; // execFile rejects with what the program printed
    throw new BenchError(`${name} can not be built: ${stdout}${stderr}`, { cause: error });
  }
  return [process.execPath, join(WORKSPACE, 'apps', name, 'dist', 'main.js')];
}
