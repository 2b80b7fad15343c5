import { describe, expect, it } from 'vitest';

import { readSettings } from '@signalbox/service-runtime';

import { GatewaySettings } from '../src/config.ts';

describe('the settings', () => {
  it('have the defaults that the README gives', () => {
    expect(readSettings(GatewaySettings, {})).toMatchObject({
      host: '127.0.0.1',
      port: 8080,
      adminHost: '127.0.0.1',
      adminPort: 8081,
      configUrl: 'http://127.0.0.1:8888',
      registryUrl: 'http://127.0.0.1:8500',
      environment: 'production',
      maxConnections: 1_024,
      maxWebSockets: 10_000,
      connectTimeoutMs: 2_000,
      breakerFailures: 5,
      breakerRecoveryMs: 1_500,
      idleTimeoutMs: 300_000,
      drainTimeoutMs: 10_000,
    });
  });

  it.each(['10.0.0.0/33', '10.0.0.0/', 'somewhere', '10.0.0.0/8,', '::1/129', '10.0.0.0/-1', '10.0.0.0/8/8'])(
    'refuse "%s" as trusted proxies',
    (networks) => {
      expect(() => readSettings(GatewaySettings, { SIGNALBOX_TRUSTED_PROXIES: networks })).toThrow(
        'SIGNALBOX_TRUSTED_PROXIES: not a network',
      );
    },
  );
});
