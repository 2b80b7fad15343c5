import type { AddressInfo } from 'node:net';

import { once } from 'node:events';
import * as z from 'zod';

import { RegistryClient } from '@signalbox/client';
import { systemClock } from '@signalbox/clock';
import { runMain } from '@signalbox/service-runtime';

import { createEchoServer } from './echo-server.ts';

const Settings = z.object({
  SIGNALBOX_REGISTRY_URL: z.url(),
  SIGNALBOX_ENVIRONMENT: z.string(),
  SIGNALBOX_INSTANCE_ID: z.string(),
  ECHO_TTL_MS: z.coerce.number().int(),
  ECHO_CHECK_INTERVAL_MS: z.coerce.number().int().optional(),
});

/** Twice what the SDK's README has: tests run on machines that are busy. */
const DRAIN_MS = 1_000;

/** A service that a test sends requests to: in the registry as the SDK's README has it, and nothing more. */
await runMain({
  name: 'echo',
  process,
  clock: systemClock,
  start: async (environment) => {
    const settings = Settings.parse(environment);
    const server = createEchoServer(settings.SIGNALBOX_INSTANCE_ID).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const registry = new RegistryClient({
      url: settings.SIGNALBOX_REGISTRY_URL,
      environment: settings.SIGNALBOX_ENVIRONMENT,
    });
    const intervalMs = settings.ECHO_CHECK_INTERVAL_MS;
    const registration = await registry.register({
      service: 'echo',
      id: settings.SIGNALBOX_INSTANCE_ID,
      address: '127.0.0.1',
      port: (server.address() as AddressInfo).port, // a TCP server that listens has an AddressInfo
      ttlMs: settings.ECHO_TTL_MS,
      checks: intervalMs === undefined ? [] : [{ type: 'http', path: '/', intervalMs }],
    });
    return {
      async close() {
        await registration.close({ drainMs: DRAIN_MS });
        server.close();
        await once(server, 'close');
        await registry.close();
      },
    };
  },
});
