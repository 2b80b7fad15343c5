import { RegistryClient, ServiceCaller } from '@signalbox/client';

import type { Calls } from './calls.ts';
import type { Instance } from './fleet.ts';

import { startRegistry } from './registry-process.ts';

const SERVICE = 'stock';

/** The instances registered, and called by the name of their service with no option of the SDK's. */
export async function callBySdk(instances: readonly Instance[], opened: AsyncDisposableStack): Promise<Calls> {
  const { url } = opened.use(await startRegistry());
  const registry = opened.adopt(new RegistryClient({ url }), (client) => client.close());
  for (const { id, origin } of instances) {
    const port = Number(new URL(origin).port);
    opened.adopt(await registry.register({ service: SERVICE, id, address: '127.0.0.1', port }), (registration) =>
      registration.close(),
    );
  }
  const services = opened.use(new ServiceCaller({ registry }));
  const stock = services.fetch(SERVICE);
  return { call: async () => (await stock('/')).text() };
}
