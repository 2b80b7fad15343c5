import { freePort } from '@signalbox/testkit';

import { addressOf, answersOk, type Site } from './gateway/site.ts';
import { Program } from './programs.ts';

/** One etcd with its defaults, which sync every write to the disk, with its data in the directory. `command` may hold it to a core. */
export async function startEtcdProgram(command: readonly string[], directory: string): Promise<Site> {
  const port = await freePort();
  const url = addressOf(port, '');
  const urls = ['--listen-client-urls', url, '--advertise-client-urls', url];
  const peers = ['--listen-peer-urls', addressOf(0, '')];
  const options = ['--data-dir', directory, '--logger', 'zap', '--log-level', 'error'];
  const program = await Program.start('etcd', [...command, ...options, ...urls, ...peers], {
    isReady: () => answersOk(addressOf(port, '/health')),
  });
  return { program, port };
}
