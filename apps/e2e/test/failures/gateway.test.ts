import { once } from 'node:events';
import { expect } from 'vitest';
import { WebSocket } from 'ws';

import { freePort, RequestStream } from '@signalbox/testkit';

import { failureMode } from '../../src/failure-modes/failure-mode.ts';
import { echoesOfEveryMethod } from '../../src/failure-modes/workloads.ts';
import { Platform } from '../../src/platform.ts';

/** Requests sent before and after; at 100 a second. */
const OBSERVED = 100;
const GOING_AWAY = 1001;
const WEB_SOCKETS = 5;
const SLOWEST_MS = 400;
/** Longer than the slowest request. */
const SETTINGS = { gateway: { SIGNALBOX_REUSE_PORT: 'true', SIGNALBOX_DRAIN_TIMEOUT_MS: '10000' } };

async function openWebSocket(platform: Platform): Promise<WebSocket> {
  const socket = new WebSocket(platform.url('gateway', '/echo').replace('http:', 'ws:'));
  await once(socket, 'open');
  socket.send('hello');
  await once(socket, 'message');
  return socket;
}

async function closeCode(socket: WebSocket): Promise<number> {
  const [code] = (await once(socket, 'close')) as [number];
  return code;
}

failureMode(
  {
    scenario: 'the gateway is restarted gracefully',
    action:
      'another process starts on the same port (SIGNALBOX_REUSE_PORT), then the old one gets SIGTERM; half of the requests are POST, a quarter PUT',
    promise:
      'no connection is refused or reset, no request of any method fails; WebSockets are closed with status 1001 and open again at once',
    allowedFailed: 0,
  },
  async () => {
    await using platform = await Platform.startWithEcho([{ id: 'echo-1' }, { id: 'echo-2' }], SETTINGS);
    const sockets = await Promise.all(Array.from({ length: WEB_SOCKETS }, () => openWebSocket(platform)));
    const codes = Promise.all(sockets.map(closeCode));
    const stream = RequestStream.start(platform.url('gateway'), { requests: echoesOfEveryMethod(SLOWEST_MS) });
    await stream.observe(OBSERVED);

    stream.phase('starting the new one');
    await platform.fleet.startSecondGateway({ name: 'gateway-2', adminPort: await freePort() });
    stream.phase('stopping the old one');
    const old = platform.fleet.process('gateway');
    const stoppedAt = performance.now();
    old.signal('SIGTERM');
    expect(await codes).toEqual(Array(WEB_SOCKETS).fill(GOING_AWAY));
    const again = await openWebSocket(platform);
    await old.ended;
    const endedAfterMs = performance.now() - stoppedAt;
    stream.phase('after');
    await stream.observe(OBSERVED);
    const { requests, failed, reasons } = await stream.stop();

    again.close();
    return { requests, failed, reasons, note: `the old one ended after ${(endedAfterMs / 1_000).toFixed(1)} s` };
  },
);
