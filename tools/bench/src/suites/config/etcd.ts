import { freePort } from '@signalbox/testkit';

import { answersOk } from '../../gateway/site.ts';
import { Program } from '../../programs.ts';

export interface Etcd extends AsyncDisposable {
  readonly port: number;
}

/** One etcd with its defaults, which sync every write to the disk, with its data in the directory. */
export async function startEtcd(command: string, directory: string): Promise<Etcd> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const urls = [
    '--listen-client-urls',
    url,
    '--advertise-client-urls',
    url,
    '--listen-peer-urls',
    'http://127.0.0.1:0',
  ];
  const options = ['--data-dir', directory, '--logger', 'zap', '--log-level', 'error', ...urls];
  const program = await Program.start('etcd', [command, ...options], { isReady: () => answersOk(`${url}/health`) });
  return { port, [Symbol.asyncDispose]: () => program.stop() };
}
