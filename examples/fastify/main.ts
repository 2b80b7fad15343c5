import type { AddressInfo } from 'node:net';

import fastify from 'fastify';
import * as z from 'zod';

import { ConfigClient, RegistryClient, ServiceCaller, SignalboxError } from '@signalbox/client';
import { HealthChecker, healthPlugin } from '@signalbox/health-checker';

/** `shop`: what is on offer, at the price that the service `prices` names. */
const SERVICE = 'shop';
/** How long it goes on answering after the registry was told that it ends: those who watch hear of it within milliseconds. */
const DRAIN_MS = 500;

const Configuration = z.object({ greeting: z.string(), calls: z.object({ deadlineMs: z.int().min(1) }) });
const Price = z.object({ price: z.number(), currency: z.string() });

const {
  SIGNALBOX_CONFIG_URL = 'http://127.0.0.1:8888',
  SIGNALBOX_REGISTRY_URL = 'http://127.0.0.1:8500',
  SIGNALBOX_ENVIRONMENT = 'production',
  SIGNALBOX_INSTANCE_ID = `${SERVICE}-${process.pid}`,
} = process.env;

const app = fastify({ logger: true, forceCloseConnections: 'idle' });
const onProblem = (problem: Error) => {
  app.log.warn(problem.message);
};
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
const health = new HealthChecker();

await app.register(healthPlugin, { health });
app.get<{ Params: { sku: string } }>('/offers/:sku', async ({ params, headers, signal }) => {
  const { greeting, calls } = config.current;
  const prices = services.fetch('prices', calls);
  const { traceparent } = headers;
  const answered = await prices(`/prices/${encodeURIComponent(params.sku)}`, {
    signal,
    headers: typeof traceparent === 'string' ? { traceparent } : {},
  });
  const { price, currency } = Price.parse(await answered.json());
  return { offer: `${greeting}: ${params.sku} for ${price} ${currency}`, servedBy: SIGNALBOX_INSTANCE_ID };
});
app.setErrorHandler(async (error, request, reply) => {
  request.log.warn({ err: error }, 'request failed');
  const isOfAnother = error instanceof SignalboxError || error instanceof z.ZodError;
  await reply.code(isOfAnother ? 502 : 500).send({ problem: isOfAnother ? error.message : 'the log says why' });
});

await app.listen({ host: '127.0.0.1', port: 0 });
health.start();

const registration = await registry.register({
  service: SERVICE,
  id: SIGNALBOX_INSTANCE_ID,
  address: '127.0.0.1',
  port: (app.server.address() as AddressInfo).port, // a TCP server that listens has an AddressInfo
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
  await app.close();
  services.close();
  await Promise.all([registry.close(), config.close(), health.close()]);
}
