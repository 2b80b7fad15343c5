import type { AddressInfo } from 'node:net';

import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import * as z from 'zod';

import { ConfigClient, RegistryClient, ServiceCaller } from '@signalbox/client';
import { HealthChecker, healthHandler } from '@signalbox/health-checker';

/** `stock`: how many are left, and what they are worth at the price that the service `prices` names. */
const SERVICE = 'stock';
/** How long it goes on answering after the registry was told that it ends: those who watch hear of it within milliseconds. */
const DRAIN_MS = 500;

const Configuration = z.object({ items: z.record(z.string(), z.int().min(0)) });
const Price = z.object({ price: z.number() });

const {
  SIGNALBOX_CONFIG_URL = 'http://127.0.0.1:8888',
  SIGNALBOX_REGISTRY_URL = 'http://127.0.0.1:8500',
  SIGNALBOX_ENVIRONMENT = 'production',
  SIGNALBOX_INSTANCE_ID = `${SERVICE}-${process.pid}`,
} = process.env;

const onProblem = (problem: Error) => process.stderr.write(`${problem.message}\n`);
const config = await ConfigClient.connect({
  url: SIGNALBOX_CONFIG_URL,
  service: SERVICE,
  env: SIGNALBOX_ENVIRONMENT,
  schema: Configuration,
  instanceId: SIGNALBOX_INSTANCE_ID,
  onProblem,
});
const registry = new RegistryClient({ url: SIGNALBOX_REGISTRY_URL, environment: SIGNALBOX_ENVIRONMENT, onProblem });
const services = new ServiceCaller({ registry });
const prices = services.fetch('prices');
const health = new HealthChecker();
const answerHealth = healthHandler(health);

async function answer(path: string, response: ServerResponse): Promise<void> {
  const [, sku = '', wanted] = /^\/stock\/([a-z]+)(\/worth)?$/.exec(path) ?? [];
  const left = config.current.items[sku];
  if (left === undefined) {
    send(response, 404, { problem: `no item at ${path}` });
  } else if (wanted === undefined) {
    send(response, 200, { sku, left, servedBy: SIGNALBOX_INSTANCE_ID });
  } else {
    const answered = await prices(`/prices/${sku}`);
    const { price } = Price.parse(await answered.json());
    send(response, 200, { sku, worth: price * left });
  }
}

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

const server = createServer((request, response) => {
  if (!answerHealth(request, response)) {
    answer(request.url ?? '/', response).catch((error: unknown) => {
      onProblem(error as Error); // the libraries reject with nothing else
      send(response, 502, { problem: (error as Error).message });
    });
  }
});
server.listen(0, '127.0.0.1');
await once(server, 'listening');
health.start();

const registration = await registry.register({
  service: SERVICE,
  id: SIGNALBOX_INSTANCE_ID,
  address: '127.0.0.1',
  port: (server.address() as AddressInfo).port, // a TCP server that listens has an AddressInfo
  configurationVersion: config.version,
  checks: [{ type: 'http', path: '/health/ready' }],
});
config.onChange(({ version }) => {
  void registration.update({ configurationVersion: version });
});

process.once('SIGTERM', () => {
  void stop();
});

async function stop(): Promise<void> {
  await Promise.all([health.drain({ noticeMs: DRAIN_MS }), registration.close({ drainMs: DRAIN_MS })]);
  server.close();
  server.closeIdleConnections();
  await once(server, 'close');
  services.close();
  await Promise.all([registry.close(), config.close(), health.close()]);
}
