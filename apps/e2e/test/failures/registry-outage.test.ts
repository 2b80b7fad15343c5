import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect } from 'vitest';

import { systemClock } from '@signalbox/clock';
import { RequestStream } from '@signalbox/testkit';

import { failureMode, type Measurement } from '../../src/failure-modes/failure-mode.ts';
import { ECHO_GETS } from '../../src/failure-modes/workloads.ts';
import { type EchoOptions, Platform } from '../../src/platform.ts';
import { RoutableViews } from '../../src/routable-views.ts';

/** A minute is two TTLs of the default lease; unless asked for, both are shorter in the same proportion. */
const OUTAGE_MS = process.env['SIGNALBOX_E2E_LONG'] === '1' ? 60_000 : 6_000;
const TTL_MS = OUTAGE_MS / 2;
const TIMEOUT_MS = 60_000 + 4 * OUTAGE_MS;

const PER_SECOND = 100;
/** Longer than any lease that the restarted registry began of itself: whoever is listed then has spoken up. */
const BEYOND_A_TTL = Math.ceil((1.5 * TTL_MS * PER_SECOND) / 1_000);

const ECHOES: readonly EchoOptions[] = [
  { id: 'echo-1', ttlMs: TTL_MS, checkIntervalMs: 1_000 },
  { id: 'echo-2', ttlMs: TTL_MS, checkIntervalMs: 1_000 },
];

/** Kills the registry under load, waits two TTLs, and starts it again on what `prepare` leaves of its data directory. */
async function outlive(prepare: (dataDirectory: string) => Promise<void>): Promise<Measurement> {
  await using platform = await Platform.startWithEcho(ECHOES);
  await using views = await RoutableViews.follow(platform, 'echo', ECHOES.length);
  const stream = RequestStream.start(platform.url('gateway'), { requests: ECHO_GETS, perSecond: PER_SECOND });
  await stream.observe(PER_SECOND);

  stream.phase('registry away');
  platform.fleet.process('registry').signal('SIGKILL');
  await platform.fleet.process('registry').ended;
  await systemClock.sleep(OUTAGE_MS);
  await prepare(join(platform.fleet.options.dataDirectory, 'registry'));
  stream.phase('registry back');
  const startedAt = performance.now();
  await platform.fleet.startServer('registry');
  await platform.listed('echo', (instances) => instances.filter(({ status }) => status === 'up').length === 2);
  const backAfterMs = performance.now() - startedAt;
  await stream.observe(BEYOND_A_TTL);
  const still = await platform.listed('echo', () => true);
  const { requests, failed, reasons } = await stream.stop();

  expect(still.map(({ id, status }) => [id, status]).sort()).toEqual([
    ['echo-1', 'up'],
    ['echo-2', 'up'],
  ]);
  expect(views.fewest).toEqual({ gateway: 2, client: 2 });
  const outage = `away for ${OUTAGE_MS / 1_000} s, leases of ${TTL_MS / 1_000} s`;
  const note = `${outage}; both up ${(backAfterMs / 1_000).toFixed(1)} s after its start; gateway and SDK had both throughout`;
  return { requests, failed, reasons, note };
}

const PROMISE = 'routing goes on, no empty list is used, everyone is registered again by itself';

describe.concurrent('a registry that is away', () => {
  failureMode(
    {
      scenario: 'the registry is away',
      action: 'SIGKILL, and after two TTLs a start with its data',
      promise: PROMISE,
      allowedFailed: 0,
    },
    () => outlive(() => Promise.resolve()),
    TIMEOUT_MS,
  );

  failureMode(
    {
      scenario: 'the registry is away and loses its data',
      action: 'SIGKILL, and after two TTLs a start with an empty data directory',
      promise: PROMISE,
      allowedFailed: 0,
    },
    () => outlive((dataDirectory) => rm(dataDirectory, { recursive: true })),
    TIMEOUT_MS,
  );
});
