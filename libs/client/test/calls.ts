import type { AddressInfo } from 'node:net';

import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { text } from 'node:stream/consumers';

import type { Instance } from '@signalbox/schemas';

import { FakeClock } from '@signalbox/testkit';

import { RegistryClient, ServiceCaller, type ServiceCallerOptions } from '../src/index.ts';
import { FakeRegistry } from './fake-registry.ts';

/** An HTTP server that is one instance of `products`. */
export async function listen(answer: RequestListener) {
  const server = createServer(answer);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    http: server,
    port: (server.address() as AddressInfo).port, // a listening TCP server has an AddressInfo
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

/** Answers with its name and what it was asked. */
export function named(name: string): RequestListener {
  return (request, response) => {
    void text(request).then((body) => {
      response.end([name, request.method, request.url, body].join(' ').trim());
    });
  };
}

/** Answers with these statuses, each once and with the headers, and with 200 when they are used up. */
export function answering(statuses: number[], headers: Record<string, string> = {}): RequestListener {
  const left = [...statuses];
  return (request, response) => {
    void text(request).then((body) => {
      response.writeHead(left.shift() ?? 200, headers).end(body);
    });
  };
}

/** A clock that stands still, but for those who want to wait for nothing. */
class HastyClock extends FakeClock {
  override sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return ms === 0 ? Promise.resolve() : super.sleep(ms, signal);
  }
}

/** A caller of `products`, which has these instances. Whatever waits goes on when the test advances the clock. */
export async function callerOf(
  instances: Instance[],
  options: Partial<ServiceCallerOptions> = {},
  clock = new FakeClock(),
) {
  const registry = await FakeRegistry.start();
  registry.put(...instances);
  const client = new RegistryClient({ url: registry.url, clock });
  const services = new ServiceCaller({ registry: client, clock, ...options });
  const watch = client.watch('products');
  await watch.ready;
  return {
    registry,
    client,
    watch,
    clock,
    services,
    async [Symbol.asyncDispose]() {
      services.close();
      await client.close();
      await registry[Symbol.asyncDispose]();
    },
  };
}

/** One that retries at once. */
export function hastyCallerOf(instances: Instance[], options: Partial<ServiceCallerOptions> = {}) {
  return callerOf(instances, { ...options, retry: { backoff: () => 0, ...options.retry } }, new HastyClock());
}
