import { FakeClock } from '@signalbox/testkit';

import { RegistryClient, type RegistryClientOptions, type SignalboxError } from '../src/index.ts';
import { Mailbox } from './mailbox.ts';

/** An instance that registers. */
export const orders = { service: 'orders', id: 'orders-1', port: 4000 };

/** A client of the registry on a clock of its own, with what it reports. */
export function registryAt(url: string, options: Partial<RegistryClientOptions> = {}) {
  const problems = new Mailbox<SignalboxError>();
  const clock = new FakeClock();
  const client = new RegistryClient({ url, clock, onProblem: problems.put, ...options });
  return { client, clock, problems, [Symbol.asyncDispose]: () => client.close() };
}
