import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';

import { FaultProxy } from '@signalbox/testkit';

/** What each instance does, in milliseconds. */
export const WORK_MS = 10;
/** How much later the slow instance answers, in milliseconds. */
export const SLOWNESS_MS = 1_000;

export interface Instance {
  readonly id: 'steady-1' | 'steady-2' | 'failing' | 'slow';
  readonly origin: string;
}

/** Four instances of one service, each behind a fault proxy: two are well, one resets every connection, one answers late. */
export class Fleet implements AsyncDisposable {
  readonly instances: readonly Instance[];
  readonly #opened: AsyncDisposableStack;

  private constructor(instances: readonly Instance[], opened: AsyncDisposableStack) {
    this.instances = instances;
    this.#opened = opened;
  }

  static async start(): Promise<Fleet> {
    await using opened = new AsyncDisposableStack();
    const instances: Instance[] = [];
    for (const id of ['steady-1', 'failing', 'steady-2', 'slow'] as const) {
      const server = opened.adopt(await listen(), close);
      const { port } = server.address() as AddressInfo; // a listening TCP server has an AddressInfo
      const proxy = opened.use(await FaultProxy.start({ port }));
      breakDown(proxy, id);
      instances.push({ id, origin: `http://127.0.0.1:${proxy.port}` });
    }
    return new Fleet(instances, opened.move());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#opened.disposeAsync();
  }
}

function breakDown(proxy: FaultProxy, id: Instance['id']): void {
  if (id === 'failing') {
    proxy.refuse();
  } else if (id === 'slow') {
    proxy.delayAnswers(SLOWNESS_MS);
  }
}

async function listen(): Promise<Server> {
  const server = createServer((_request, response) => {
    void wait(WORK_MS).then(() => response.end('in stock'));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

async function close(server: Server): Promise<void> {
  server.close();
  server.closeAllConnections();
  await once(server, 'close');
}
