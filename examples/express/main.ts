import type { AddressInfo } from 'node:net';

import express, { type NextFunction, type Request, type Response } from 'express';
import { once } from 'node:events';
import * as z from 'zod';

import { ConfigClient, RegistryClient, ServiceCaller } from '@signalbox/client';
import { HealthChecker, healthHandler } from '@signalbox/health-checker';

/** `prices`: what an item costs, which is more where the service `stock` has few of it. */
const SERVICE = 'prices';
/** How long it goes on answering after the registry was told that it ends: those who watch hear of it within milliseconds. */
const DRAIN_MS = 500;

const Configuration = z.object({
  currency: z.string(),
  prices: z.record(z.string(), z.number().positive()),
  scarceBelow: z.int(),
  scarcePercent: z.number().min(0),
});
const Stock = z.object({ left: z.int() });

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
const stock = services.fetch('stock');
const health = new HealthChecker();
const answerHealth = healthHandler(health);

const app = express();
app.disable('x-powered-by');
app.use((request, response, next) => {
  if (!answerHealth(request, response)) {
    next();
  }
});
app.get('/prices/:sku', async ({ params: { sku } }, response) => {
  const { currency, prices, scarceBelow, scarcePercent } = config.current;
  const price = prices[sku];
  if (price === undefined) {
    response.status(404).json({ problem: `no price for ${sku}` });
    return;
  }
  const answered = await stock(`/stock/${encodeURIComponent(sku)}`);
  const { left } = Stock.parse(await answered.json());
  const percent = left < scarceBelow ? 100 + scarcePercent : 100;
  response.json({ sku, price: Math.round(price * percent) / 100, currency, servedBy: SIGNALBOX_INSTANCE_ID });
});
// eslint-disable-next-line @typescript-eslint/max-params -- Express knows an error handler by its four
app.use((error: Error, _request: Request, response: Response, next: NextFunction) => {
  onProblem(error);
  if (response.headersSent) {
    next(error);
  } else {
    response.status(502).json({ problem: error.message });
  }
});

const server = app.listen(0, '127.0.0.1');
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
