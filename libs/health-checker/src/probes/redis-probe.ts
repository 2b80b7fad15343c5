import type { Probe, ProbeResult } from './probe.ts';

import { requireOptions } from '../validation.ts';
import { requireDriverClass } from './driver.ts';
import { failureOf } from './failure.ts';
import { toOutput } from './output.ts';
import { parseTargetUrl, passwordsIn } from './target-url.ts';
import { untilAborted } from './until-aborted.ts';

/** As much of ioredis' `Redis` as a probe needs. */
export interface RedisClient {
  connect(): Promise<unknown>;
  ping(): Promise<string>;
  disconnect(): void;
  on(event: 'error', listener: (error: Error) => void): unknown;
}

/** One connection, one attempt, and nothing sent but AUTH, SELECT and PING: more would need more rights. */
const ONE_ATTEMPT = {
  lazyConnect: true,
  retryStrategy: () => null,
  enableReadyCheck: false,
  disableClientInfo: true,
  /** Milliseconds; 0 for none: the probe's signal decides. */
  connectTimeout: 0,
  /** Milliseconds in which the server may answer a goodbye, before the socket is destroyed. */
  disconnectTimeout: 0,
};

export interface RedisProbeOptions {
  /** redis, or rediss for TLS; its password is left out of every output. */
  readonly url: string;
  /** The package `ioredis`. */
  readonly driver: { readonly Redis: new (url: string, options: typeof ONE_ATTEMPT) => RedisClient };
}

/**
 * A probe that logs in over a connection of its own and sends PING. The connection is gone when the probe ends, however it ends.
 * Throws a TypeError for what is no Redis URL, no driver, or no such option.
 */
export function redisProbe(options: RedisProbeOptions): Probe {
  requireOptions('redisProbe', options, ['url', 'driver']);
  const { url, driver } = options;
  requireDriverClass('redisProbe', driver, 'Redis');
  const secrets = passwordsIn(parseTargetUrl(url, { probe: 'redisProbe', schemes: ['redis', 'rediss'] }));
  return async (signal) => {
    try {
      signal.throwIfAborted();
      return toVerdict(await pingOnce(new driver.Redis(url, ONE_ATTEMPT), signal));
    } catch (error) {
      return failureOf(error, signal, secrets);
    }
  };
}

async function pingOnce(client: RedisClient, signal: AbortSignal): Promise<string> {
  const { promise: lost, reject } = Promise.withResolvers<never>();
  client.on('error', reject); // says why, where `connect` says that the connection is closed
  try {
    return await untilAborted(Promise.race([lost, client.connect().then(() => client.ping())]), signal);
  } finally {
    client.disconnect();
  }
}

function toVerdict(answer: string): ProbeResult {
  return answer === 'PONG' ? { status: 'pass' } : { status: 'fail', output: toOutput(`PING was answered "${answer}"`) };
}
