import { expect } from 'vitest';

import { RequestStream } from '@signalbox/testkit';

import { failureMode } from '../../src/failure-modes/failure-mode.ts';
import { ECHO_GETS, echoesOfEveryMethod } from '../../src/failure-modes/workloads.ts';
import { Platform } from '../../src/platform.ts';

const TTL_MS = 2_000;
const BACKEND_TIMEOUT_MS = 1_000;
const HURRIED_GETS = [{ method: 'GET', path: '/echo/hurried' }] as const;
/** Requests sent before and after what is done; at 100 a second. */
const OBSERVED = 100;

failureMode(
  {
    scenario: 'an instance is killed',
    action: 'SIGKILL to one of two instances, whose lease lasts 2 s',
    promise: 'gone from the registry when its lease lapses, no GET fails',
    allowedFailed: 0,
  },
  async () => {
    await using platform = await Platform.startWithEcho([{ id: 'echo-1', ttlMs: TTL_MS }, { id: 'echo-2' }]);
    const stream = RequestStream.start(platform.url('gateway'), { requests: ECHO_GETS });
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
    const stream = RequestStream.start(platform.url('gateway'), { requests: echoesOfEveryMethod(200) });
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

failureMode(
  {
    scenario: 'an instance hangs',
    action: 'SIGSTOP to one of two instances, later SIGCONT; timeouts.backendRequest is 1 s',
    promise:
      'its breaker opens, no GET fails, fewer than 1 in 100 waits after that; it gets requests again once it goes on',
    allowedFailed: 0,
  },
  async () => {
    await using platform = await Platform.startWithEcho([{ id: 'echo-1' }, { id: 'echo-2' }]);
    const stream = RequestStream.start(platform.url('gateway'), { requests: HURRIED_GETS });
    await stream.observe(OBSERVED);

    stream.phase('hanging');
    platform.fleet.process('echo-1').signal('SIGSTOP');
    await platform.logged(/^gateway .*echo-1.*given-up/);
    stream.phase('left alone');
    await stream.observe(4 * OBSERVED);
    const leftAlone = stream.report('left alone');
    stream.phase('going on');
    platform.fleet.process('echo-1').signal('SIGCONT');
    await platform.logged(/^gateway .*echo-1.*taken-back/);
    stream.phase('after');
    await stream.first(({ instance }) => instance === 'echo-1');
    const { requests, failed, reasons, outcomes } = await stream.stop();

    const slow = outcomes.filter(({ startedAt, endedAt }) => endedAt - startedAt >= BACKEND_TIMEOUT_MS);
    expect(leftAlone.latencyMs(0.99)).toBeLessThan(BACKEND_TIMEOUT_MS);
    return { requests, failed, reasons, note: `${slow.length} GETs took longer than 1 s` };
  },
);
