import { Socket } from 'node:net';

import type { Probe } from './probe.ts';

import { requireOptions } from '../validation.ts';
import { requireDriverClass } from './driver.ts';
import { failureOf } from './failure.ts';
import { parseTargetUrl, passwordsIn } from './target-url.ts';
import { untilAborted } from './until-aborted.ts';

/** As much of pg's `Client` as a probe needs. */
export interface PostgresClient {
  connect(): Promise<unknown>;
  query(sql: string): Promise<unknown>;
  end(): Promise<unknown>;
  on(event: 'error', listener: (error: Error) => void): unknown;
}

export interface PostgresClientConfig {
  readonly connectionString: string;
  readonly fallback_application_name: string;
  readonly stream: () => Socket;
}

export interface PostgresProbeOptions {
  /** postgres or postgresql; its password is left out of every output. */
  readonly url: string;
  /** The package `pg`. */
  readonly driver: { readonly Client: new (config: PostgresClientConfig) => PostgresClient };
}

/**
 * A probe that logs in over a connection of its own and asks Postgres for `select 1`. The connection is gone when the probe ends, however
 * it ends. Throws a TypeError for what is no Postgres URL, no driver, or no such option.
 */
export function postgresProbe(options: PostgresProbeOptions): Probe {
  requireOptions('postgresProbe', options, ['url', 'driver']);
  const { url, driver } = options;
  requireDriverClass('postgresProbe', driver, 'Client');
  const secrets = passwordsIn(parseTargetUrl(url, { probe: 'postgresProbe', schemes: ['postgres', 'postgresql'] }));
  return async (signal) => {
    const socket = new Socket(); // pg has no way to give up a connection that hangs, but to take away its socket
    try {
      signal.throwIfAborted();
      const client = new driver.Client({
        connectionString: url,
        fallback_application_name: 'health-checker',
        stream: () => socket,
      });
      await untilAborted(selectOne(client), signal);
      return { status: 'pass' };
    } catch (error) {
      return failureOf(error, signal, secrets);
    } finally {
      socket.destroy();
    }
  };
}

async function selectOne(client: PostgresClient): Promise<void> {
  client.on('error', () => undefined); // the connection is lost: what is awaited below says so
  await client.connect();
  await client.query('select 1');
  await client.end();
}
