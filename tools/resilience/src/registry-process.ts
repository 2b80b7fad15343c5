import { join } from 'node:path';

import { systemClock } from '@signalbox/clock';
import { SupervisedProcess } from '@signalbox/dev';
import { freePort, temporaryDirectory } from '@signalbox/testkit';

const MAIN = join(import.meta.dirname, '..', '..', '..', 'apps', 'registry', 'src', 'main.ts');
const READY_WITHIN_MS = 60_000;

export interface RunningRegistry extends AsyncDisposable {
  readonly url: string;
}

/** A registry that knows nobody yet, as a process of its own. */
export async function startRegistry(): Promise<RunningRegistry> {
  await using opened = new AsyncDisposableStack();
  const directory = opened.use(await temporaryDirectory());
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const environment = { SIGNALBOX_PORT: String(port), SIGNALBOX_DATA_DIR: join(directory.path, 'registry') };
  const spec = { name: 'registry', args: [MAIN], environment };
  const registry = opened.adopt(
    new SupervisedProcess(spec, { clock: systemClock, sink: () => undefined }),
    async (process) => {
      await process.stop();
    },
  );
  await registry.waitUntil(() => isReady(url), READY_WITHIN_MS);
  const running = opened.move();
  return { url, [Symbol.asyncDispose]: () => running.disposeAsync() };
}

async function isReady(url: string): Promise<boolean> {
  const response = await fetch(`${url}/health/ready`);
  await response.body?.cancel();
  return response.ok;
}
