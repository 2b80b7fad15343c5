import type { AddressInfo } from 'node:net';

import { once } from 'node:events';
import { chmod, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';

import { FakeClock, temporaryDirectory } from '@signalbox/testkit';

import { ShopStack } from '../src/shop-stack.ts';

/** A docker to which every image is there, and which has the containers of a file. */
const DOCKER = `
case "$1" in
  ps) cat "$CONTAINERS" ;;
  logs) echo 'can not connect to postgres' >&2 ;;
esac`;

/** A gateway that answers with a status, on a machine whose docker shows these containers. */
async function machine(containers: string, { status }: { status: number }) {
  const directory = await temporaryDirectory();
  const state = join(directory.path, 'containers');
  await writeFile(state, containers);
  await writeFile(join(directory.path, 'docker'), `#!/bin/sh${DOCKER}\n`);
  await chmod(join(directory.path, 'docker'), 0o755);
  vi.stubEnv('PATH', `${directory.path}:/usr/bin:/bin`);
  vi.stubEnv('CONTAINERS', state);
  const gateway = createServer((_request, response) => {
    response.writeHead(status).end();
  });
  await once(gateway.listen(0, '127.0.0.1'), 'listening');
  onTestFinished(async () => {
    vi.unstubAllEnvs();
    gateway.close();
    gateway.closeAllConnections();
    await directory[Symbol.asyncDispose]();
  });
  const { port } = gateway.address() as AddressInfo; // a TCP server that listens has an AddressInfo
  return { port, becomes: (later: string) => writeFile(state, later) };
}

const HEALTHY = 'a\tshop_web_1\tweb\trunning\tUp 9 seconds (healthy)\n';
const UNHEALTHY = 'b\tshop_orders_1\torders\trunning\tUp 9 seconds (unhealthy)\n';

function start(port: number, clock: FakeClock): Promise<ShopStack> {
  return ShopStack.start({ name: 'shop', port, clock, build: false, readyWithinMs: 1_000 });
}

describe('the start of the shop', { timeout: 60_000 }, () => {
  it('is done once all containers are healthy and the gateway leads to the shop', async () => {
    const clock = new FakeClock();
    const { port, becomes } = await machine(HEALTHY + UNHEALTHY, { status: 200 });
    const starting = start(port, clock);
    await expect.poll(() => clock.sleeping, { timeout: 30_000 }).toBe(1);

    await becomes(HEALTHY);
    await clock.advance(500);

    await expect(starting).resolves.toMatchObject({ url: `http://127.0.0.1:${port}` });
  });

  it('tells which container is no good, and what it said last', async () => {
    const clock = new FakeClock();
    const { port } = await machine(HEALTHY + UNHEALTHY, { status: 200 });
    const starting = start(port, clock);
    const failing = expect(starting).rejects.toThrow(
      /^shop_orders_1 is running, its health unhealthy\ncan not connect to postgres\n$/,
    );
    await expect.poll(() => clock.sleeping, { timeout: 30_000 }).toBe(1);

    await clock.advance(500);
    await expect.poll(() => clock.sleeping, { timeout: 30_000 }).toBe(1);
    await clock.advance(500);

    await failing;
  });

  it('tells that the gateway leads nowhere, though all are healthy', async () => {
    const clock = new FakeClock();
    const { port } = await machine(HEALTHY, { status: 404 });
    const starting = start(port, clock);
    const failing = expect(starting).rejects.toThrow(`http://127.0.0.1:${port}/api/orders does not answer with 200`);
    await expect.poll(() => clock.sleeping, { timeout: 30_000 }).toBe(1);

    await clock.advance(500);
    await expect.poll(() => clock.sleeping, { timeout: 30_000 }).toBe(1);
    await clock.advance(500);

    await failing;
  });
});
