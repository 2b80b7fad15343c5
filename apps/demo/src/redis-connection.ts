import { Redis } from 'ioredis';

export interface RedisConnectionOptions {
  /** With its password; it is shown to nobody. */
  readonly url: string;
  /** How long one command may take. */
  readonly commandTimeoutMs: number;
  /** Told once of each outage. */
  readonly onOutage: (reason: string) => void;
}

/** Longest wait between two attempts to connect. */
const MAX_RECONNECT_DELAY_MS = 1_000;
const CONNECT_TIMEOUT_MS = 2_000;

/**
 * Resolves once connected, or once the first attempt has failed. The connection comes back by itself. A command fails at once while there is none, and is not sent again by itself: whoever sent
 * it knows whether it may be.
 */
export async function connectRedis({ url, commandTimeoutMs, onOutage }: RedisConnectionOptions): Promise<Redis> {
  const redis = new Redis(url, {
    lazyConnect: true,
    commandTimeout: commandTimeoutMs,
    connectTimeout: CONNECT_TIMEOUT_MS,
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    retryStrategy: (attempt) => Math.min(attempt * 100, MAX_RECONNECT_DELAY_MS),
  });
  let isTold = false;
  redis.on('ready', () => {
    isTold = false;
  });
  redis.on('error', (error: Error) => {
    if (!isTold) {
      isTold = true;
      onOutage(error.message);
    }
  });
  await redis.connect().catch(() => undefined); // told above
  return redis;
}
