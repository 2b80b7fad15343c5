import * as z from 'zod';

import { FakeClock } from '@signalbox/testkit';

import { type ConfigChange, ConfigClient, type ConfigClientOptions, type SignalboxError } from '../src/index.ts';
import { FakeConfigServer, type Served } from './fake-config-server.ts';
import { Mailbox } from './mailbox.ts';

const schema = z.object({ db: z.object({ poolSize: z.int().max(100), url: z.string().optional() }) });
type Orders = z.infer<typeof schema>;

export const first: Served = { version: 'commit-1', etag: 'etag-1', configuration: { db: { poolSize: 5 } } };
export const second: Served = {
  version: 'commit-2',
  etag: 'etag-2',
  configuration: { db: { poolSize: 9, url: 'pg:' } },
};
export const invalid: Served = { version: 'commit-3', etag: 'etag-3', configuration: { db: { poolSize: 'hunter2' } } };

/** Longer than the first waits before a reconnect, shorter than any timeout. */
export const RECONNECT_MS = 100;
/** Of a connection: how long an answer may take; and when a client asks for life that heard nothing. */
export const ANSWER_MS = 5_000;
export const QUIET_MS = 30_000;

export async function connect(url: string | readonly string[], options: Partial<ConfigClientOptions<Orders>> = {}) {
  const problems = new Mailbox<SignalboxError>();
  const changes = new Mailbox<ConfigChange<Orders>>();
  const clock = new FakeClock();
  const pair = { service: 'orders', env: 'production' };
  const client = await ConfigClient.connect({ url, ...pair, schema, clock, onProblem: problems.put, ...options });
  client.onChange(changes.put);
  return { client, clock, problems, changes, [Symbol.asyncDispose]: () => client.close() };
}

/** Messages keep their order: when this one has come, everything that the server said before has. */
export async function inStep(
  server: FakeConfigServer,
  { problems }: { problems: Mailbox<SignalboxError> },
): Promise<void> {
  server.server.broadcast({ type: 'problem', code: 'test/in-step', detail: '' });
  await problems.next();
}

export async function startOnce(served: Served, cacheFile: string): Promise<void> {
  await using server = await FakeConfigServer.start(served);
  const { client } = await connect(server.url, { cacheFile });
  await client.close();
}
