import { join } from 'node:path';

import { freePort } from '@signalbox/testkit';

import { onCore, Program } from '../programs.ts';
import { addressOf, answersOk, type Ground, type Site } from './site.ts';
import { SMALL_GET } from './workload.ts';

const PROGRAMS = join(import.meta.dirname, 'programs');

/** Starts one of `programs/` on this Node; it is told its own port and, a proxy, the backend's. */
export async function startNodeProgram(name: string, { core, opened }: Ground, backend?: Site): Promise<Site> {
  const port = await freePort();
  const command = [process.execPath, '--conditions=@signalbox/source', join(PROGRAMS, `${name}.ts`)];
  const program = await Program.start(name, onCore(core, [...command, String(port), String(backend?.port ?? '')]), {
    env: { NODE_ENV: 'production' },
    isReady: () => answersOk(addressOf(port, SMALL_GET.path)),
  });
  opened.defer(() => program.stop());
  return { program, port };
}
