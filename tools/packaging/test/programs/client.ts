import { equal, rejects } from 'node:assert/strict';
import * as z from 'zod';

import { ConfigClient, type ConfigClientOptions, ConfigUnavailableError, RegistryClient } from '@signalbox/client';

const schema = z.object({ poolSize: z.number() });
const options: ConfigClientOptions<{ poolSize: number }> = {
  url: 'http://127.0.0.1:9', // the discard port, where nobody listens
  service: 'orders',
  env: 'production',
  schema,
};
await rejects(ConfigClient.connect(options), ConfigUnavailableError);
const registry = new RegistryClient({ url: 'http://127.0.0.1:9' });
equal(registry.watch('orders').instances.length, 0);
await registry.close();
