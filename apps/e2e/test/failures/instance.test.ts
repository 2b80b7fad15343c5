import { failureMode } from '../../src/failure-modes/failure-mode.ts';
import { RequestStream } from '../../src/failure-modes/request-stream.ts';
import { Platform } from '../../src/platform.ts';

const TTL_MS = 2_000;
const GETS = [{ method: 'GET', path: '/echo' }] as const;
const EVERY_METHOD = [
  { method: 'GET', path: '/echo' },
  { method: 'POST', path: '/echo', body: 'x'.repeat(10_000) },
  { method: 'PUT', path: '/echo?delayMs=20', body: 'small' },
  { method: 'POST', path: '/echo?delayMs=200', body: 'small' },
] as const;
/** Requests sent before and after what is done; at 100 a second. */
const OBSERVED = 100;

failureMode(
  {
    scenario: 'an instance is killed',
    action: 'SIGKILL to one of two instances, whose leases last 2 s',
    promise: 'gone from the registry when its lease lapses, no GET fails',
    allowedFailed: 0,
  },
  async () => {
    await using platform = await Platform.startWithEcho([
      { id: 'echo-1', ttlMs: TTL_MS },
      { id: 'echo-2', ttlMs: TTL_MS },
    ]);
    const stream = RequestStream.start(platform.url('gateway'), { requests: GETS });
    await stream.observe(OBSERVED);

    stream.phase('killed');
    const killedAt = performance.now();
    platform.fleet.process('echo-1').signal('SIGKILL');
    await platform.instances('echo', (instances) => instances.length === 1);
    const goneAfterMs = performance.now() - killedAt;
    stream.phase('after');
    await stream.observe(OBSERVED);
    const { requests, failed, reasons } = await stream.stop();

    return { requests, failed, reasons, note: `gone after ${(goneAfterMs / 1_000).toFixed(1)} s` };
  },
);

failureMode(
  {
    scenario: 'an instance is stopped',
    action: 'SIGTERM to one of two instances; half of the requests are POST, a quarter PUT',
    promise: 'drains first, no request of any method fails',
    allowedFailed: 0,
  },
  async () => {
    await using platform = await Platform.startWithEcho([{ id: 'echo-1' }, { id: 'echo-2' }]);
    const stream = RequestStream.start(platform.url('gateway'), { requests: EVERY_METHOD });
    await stream.observe(OBSERVED);

    stream.phase('stopping');
    const stoppedAt = performance.now();
    platform.fleet.process('echo-1').signal('SIGTERM');
    await platform.instances('echo', (instances) => instances.some(({ status }) => status === 'draining'));
    await platform.fleet.process('echo-1').ended;
    const endedAfterMs = performance.now() - stoppedAt;
    stream.phase('after');
    await stream.observe(OBSERVED);
    const { requests, failed, reasons } = await stream.stop();

    return { requests, failed, reasons, note: `ended after ${(endedAfterMs / 1_000).toFixed(1)} s` };
  },
);
