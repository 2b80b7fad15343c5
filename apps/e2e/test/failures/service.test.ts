import { expect } from 'vitest';

import { RequestStream } from '@signalbox/testkit';

import { failureMode } from '../../src/failure-modes/failure-mode.ts';
import { ECHO_GETS } from '../../src/failure-modes/workloads.ts';
import { Platform } from '../../src/platform.ts';

const ECHOES = [
  { id: 'echo-1', ttlMs: 2_000 },
  { id: 'echo-2', ttlMs: 2_000 },
];
/** Requests sent before, while nobody is there, and after; at 100 a second. */
const OBSERVED = 100;
const NO_INSTANCE = /^503 .*"code":"gateway\/no-endpoint"/;
/** Also of requests that were under way when the instances were killed. */
const UNREACHABLE = /^50[23] .*"code":"gateway\/(bad-gateway|circuit-open|no-endpoint)"/;
const RECOVERED_WITHIN_MS = 2_000;

failureMode(
  {
    scenario: 'all instances of a service are gone',
    action: 'SIGKILL to both, whose leases last 2 s; later one is started again',
    promise:
      'answered 502 or 503 with the reason as problem+json until the leases lapse, then 503 that there is no instance; within 2 s of the first that is registered again, no request fails',
    allowedFailed: 0,
  },
  async () => {
    await using platform = await Platform.startWithEcho(ECHOES);
    const stream = RequestStream.start(platform.url('gateway'), { requests: ECHO_GETS });
    await stream.observe(OBSERVED);

    stream.phase('going');
    const killedAt = performance.now();
    ECHOES.forEach(({ id }) => {
      platform.fleet.process(id).signal('SIGKILL');
    });
    await stream.first(({ reason = '' }) => reason.includes('gateway/no-endpoint'));
    stream.phase('gone');
    await stream.observe(OBSERVED);
    stream.phase('returning');
    const [back] = ECHOES;
    await platform.startEcho({ ...back, id: 'echo-1' });
    const registeredAt = performance.now();
    const recovered = await stream.first(({ status }) => status === 200);
    const recoveredAfterMs = Math.max(0, recovered.endedAt - registeredAt);
    stream.phase('after');
    await stream.observe(OBSERVED);
    const { requests, reasons, outcomes } = await stream.stop();

    expect(recoveredAfterMs).toBeLessThan(RECOVERED_WITHIN_MS);
    const explained = outcomes.filter(({ phase, endedAt, reason = '' }) =>
      ['gone', 'returning'].includes(phase)
        ? NO_INSTANCE.test(reason)
        : phase !== 'after' && endedAt >= killedAt && UNREACHABLE.test(reason),
    );
    const failed = outcomes.filter(({ status }) => status !== 200).length - explained.length;
    return {
      requests,
      failed,
      reasons,
      note: `${explained.length} answered with the reason; answered ${Math.round(recoveredAfterMs)} ms after the registration`,
    };
  },
);
