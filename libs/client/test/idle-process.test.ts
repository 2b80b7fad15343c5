import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';

import { FaultProxy } from '@signalbox/testkit';

import { FakeConfigServer } from './fake-config-server.ts';
import { anInstance, FakeRegistry } from './fake-registry.ts';

const IMPORTS = `
  import { once } from 'node:events';
  import { ConfigClient, RegistryClient, ServiceCaller } from '@signalbox/client';
  import * as z from 'zod';
`;

/** Starts a program in a Node of its own; it is stopped with the scope if it does not end by itself. */
function start(program: string) {
  const flags = ['--conditions=@signalbox/source', '--input-type=module', '--eval', `${IMPORTS}${program}`];
  const child = spawn(process.execPath, flags, { cwd: import.meta.dirname, stdio: ['pipe', 'pipe', 'inherit'] });
  const exited = once(child, 'exit');
  return {
    exited,
    output: child.stdout.setEncoding('utf8'),
    input: child.stdin,
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      await exited;
    },
  };
}

/** A Node starts in half a second, but not on a machine with other things to do. */
const START_MS = 20_000;

describe('a program that closed its clients', { timeout: START_MS }, () => {
  it('ends', async () => {
    await using config = await FakeConfigServer.start({ version: '1', etag: '1', configuration: { a: 1 } });
    await using registry = await FakeRegistry.start();
    registry.put(anInstance({ port: config.port }));

    await using program = start(`
      const schema = z.object({ a: z.number() });
      const config = await ConfigClient.connect({ url: '${config.url}', service: 'orders', env: 'test', schema });
      const registry = new RegistryClient({ url: '${registry.url}' });
      await registry.register({ service: 'orders', port: 4000 });
      const services = new ServiceCaller({ registry });
      const response = await services.fetch('products')('/');
      await response.text();
      services.close();
      await registry.close();
      await config.close();
    `);

    expect(await program.exited).toEqual([0, null]);
  });

  it('ends though the registry hangs', async () => {
    await using registry = await FakeRegistry.start();
    await using proxy = await FaultProxy.start(registry);

    await using program = start(`
      const registry = new RegistryClient({ url: 'http://127.0.0.1:${proxy.port}' });
      await registry.register({ service: 'orders', port: 4000 });
      await registry.watch('products').ready;
      console.log('ready');
      await once(process.stdin.resume(), 'end');
      await registry.close();
    `);
    await once(program.output, 'data');
    proxy.pause();
    program.input.end();

    expect(await program.exited).toEqual([0, null]);
  });
});
