import { describe, expect, it } from 'vitest';

import { findProgram } from '../programs.ts';
import { Watchers } from '../watching/watchers.ts';
import { startEtcd } from './etcd.ts';
import { instance } from './instances.ts';

/** A program of its own is started, which a busy machine takes its time for: Program gives it 15 s. */
const TIMEOUT_MS = 20_000;
const command = findProgram('etcd');

describe.runIf(command !== undefined)('a registry on etcd', () => {
  it('registers, renews, discovers and tells watchers of the service alone', { timeout: TIMEOUT_MS }, async () => {
    await using opened = new AsyncDisposableStack();
    const etcd = await startEtcd(command ?? '', { core: 0, connections: 1 });
    opened.defer(() => etcd.stop());
    const [connection] = etcd.connections;
    const watchers = await Watchers.open([etcd.watching(instance(0).service)]);
    opened.defer(() => {
      watchers.close();
    });

    await connection?.register(instance(10));
    const heard = await watchers.latencies('2.0.0', async () => connection?.register(instance(0, '2.0.0')));
    await connection?.renew(instance(0));

    expect(heard).toHaveLength(1);
    expect(await connection?.discover(instance(0).service)).toBe(1);
    await expect(connection?.renew(instance(1))).rejects.toThrow('has no lease');
  });
});
