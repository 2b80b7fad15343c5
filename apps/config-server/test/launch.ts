import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { env, execPath } from 'node:process';

const MAIN = join(import.meta.dirname, '..', 'src', 'main.ts');

/** The server as a process of its own, on any free port. */
export function launch(dataDir: string, more: Readonly<Record<string, string>> = {}) {
  return spawn(execPath, ['--conditions=@signalbox/source', MAIN], {
    env: { ...env, SIGNALBOX_PORT: '0', SIGNALBOX_DATA_DIR: dataDir, ...more },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

/** The address in the line that says so. */
export function listening({ stdout }: ReturnType<typeof launch>): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  let printed = '';
  stdout.on('data', (chunk: Buffer) => {
    printed += String(chunk);
    const url = /listening on (http:[^"\s]+)/.exec(printed)?.[1];
    if (url !== undefined) {
      resolve(url);
    }
  });
  stdout.on('close', () => {
    reject(new Error(`ended before it listened: ${printed}`));
  });
  return promise;
}
