import { describe, expect, it } from 'vitest';

import type { ProbeResult } from '@signalbox/health-checker';

import { FakeClock } from '@signalbox/testkit';

import type { CheckState } from '../catalog/instance.ts';

import { anInstance, aTcpCheck } from '../../test/registrations.ts';
import { toInstance } from '../catalog/instance.ts';
import { CheckRunner } from './check-runner.ts';

const key = { service: 'orders', id: 'orders-1' };

/** Probes that answer as a test says, or wait until it does. */
class FakeProbes {
  status: 'pass' | 'warn' | 'fail' | 'silent' = 'pass';
  readonly asked: string[] = [];
  under = 0;
  mostUnder = 0;

  readonly probeFor =
    ({ id }: { readonly id: string }) =>
    async (signal: AbortSignal): Promise<ProbeResult> => {
      this.asked.push(id);
      this.under += 1;
      this.mostUnder = Math.max(this.mostUnder, this.under);
      const { promise, resolve } = Promise.withResolvers<ProbeResult>();
      signal.addEventListener('abort', () => {
        resolve({ status: 'fail', output: 'aborted' });
      });
      if (this.status !== 'silent') {
        resolve({ status: this.status, output: '' });
      }
      return await promise.finally(() => (this.under -= 1));
    };
}

function aRunner(options: { maxConcurrent?: number } = {}) {
  const clock = new FakeClock(0);
  const probes = new FakeProbes();
  const standings: (readonly CheckState[])[] = [];
  const runner = new CheckRunner({
    clock,
    probeFor: probes.probeFor,
    onStanding: (_key, checks) => standings.push(checks),
    random: () => 0.5,
    ...options,
  });
  runner.start();
  const statuses = () => standings.map(([check]) => check?.status);
  return { clock, probes, runner, standings, statuses, [Symbol.asyncDispose]: () => runner.close() };
}

describe('CheckRunner', () => {
  it('asks at once, then at the interval, and tells of a change alone', async () => {
    await using running = aRunner();
    running.runner.registered(anInstance({ checks: [aTcpCheck({ intervalMs: 10_000 })] }), false);

    await running.clock.advance(30_500);

    expect(running.probes.asked).toHaveLength(4);
    expect(running.standings).toEqual([[{ name: 'tcp', status: 'pass' }]]);
  });

  it('asks an instance that is starting every second', async () => {
    await using running = aRunner();
    running.probes.status = 'fail';
    running.runner.registered(anInstance({ checks: [aTcpCheck({ intervalMs: 10_000, failureThreshold: 10 })] }), false);

    await running.clock.advance(3_500);
    running.probes.status = 'pass';
    await running.clock.advance(1_000);

    expect(running.probes.asked).toHaveLength(5);
    expect(running.statuses()).toEqual(['pass']);
  });

  it('calls an instance failing after as many failures as its threshold says, and passing again after one success', async () => {
    await using running = aRunner();
    running.runner.registered(anInstance({ checks: [aTcpCheck({ intervalMs: 1_000, failureThreshold: 2 })] }), false);
    await running.clock.advance(500);

    running.probes.status = 'fail';
    await running.clock.advance(1_000);
    expect(running.statuses()).toEqual(['pass']);
    await running.clock.advance(1_000);
    expect(running.statuses()).toEqual(['pass', 'fail']);
    running.probes.status = 'warn';
    await running.clock.advance(1_000);
    expect(running.statuses()).toEqual(['pass', 'fail', 'warn']);
  });

  it('counts no answer in time as a failure, and lets go of the probe', async () => {
    await using running = aRunner();
    running.probes.status = 'silent';
    running.runner.registered(anInstance({ checks: [aTcpCheck({ timeoutMs: 2_000, failureThreshold: 1 })] }), false);

    await running.clock.advance(2_200);

    expect(running.statuses()).toEqual(['fail']);
    expect(running.probes.under).toBe(0);
  });

  it('goes on from how checks stood before a restart', async () => {
    await using running = aRunner();
    const instance = anInstance({ checks: [aTcpCheck()] });

    running.runner.registered({ ...instance, checks: [{ name: 'tcp', status: 'pass' }] }, true);
    await running.clock.advance(5_200);

    expect(running.probes.asked).toHaveLength(1);
    expect(running.standings).toEqual([]);
  });

  it('asks no more once an instance left, not even to tell of a probe under way', async () => {
    await using running = aRunner();
    running.probes.status = 'silent';
    running.runner.registered(anInstance({ checks: [aTcpCheck({ failureThreshold: 1 })] }), false);
    await running.clock.advance(200);

    running.runner.removed(key);
    await running.clock.advance(60_000);

    expect(running.probes.asked).toHaveLength(1);
    expect(running.probes.under).toBe(0);
    expect(running.standings).toEqual([]);
  });

  it('keeps its schedule when an instance registers again with the same checks', async () => {
    await using running = aRunner();
    const instance = anInstance({ checks: [aTcpCheck({ intervalMs: 10_000 })] });
    running.runner.registered(instance, false);
    await running.clock.advance(5_000);

    running.runner.registered(toInstance({ ...instance, checks: [{ name: 'tcp', status: 'pass' }] }, 'down'), false);
    await running.clock.advance(4_000);

    expect(running.probes.asked).toHaveLength(1);
  });

  it('begins anew when the address changes', async () => {
    await using running = aRunner();
    running.runner.registered(anInstance({ checks: [aTcpCheck()] }), false);
    await running.clock.advance(500);

    running.runner.registered(anInstance({ checks: [aTcpCheck()], port: 9_090 }), false);
    await running.clock.advance(500);

    expect(running.statuses()).toEqual(['pass', 'pass']);
  });

  it('has no more probes under way than it may, and asks everyone in the end', async () => {
    await using running = aRunner({ maxConcurrent: 3 });
    running.probes.status = 'silent';
    for (let i = 0; i < 10; i++) {
      running.runner.registered(anInstance({ id: `i${i}`, checks: [aTcpCheck({ timeoutMs: 1_000 })] }), false);
    }

    await running.clock.advance(4_500);

    expect(running.probes.mostUnder).toBe(3);
    expect(new Set(running.probes.asked).size).toBe(10);
  });

  it('has 64 probes under way at most where it is told nothing', async () => {
    const clock = new FakeClock(0);
    const probes = new FakeProbes();
    probes.status = 'silent';
    const unsaid = { maxConcurrent: undefined, random: undefined } as object; // what a program without types may hand in
    const runner = new CheckRunner({ clock, probeFor: probes.probeFor, onStanding: () => undefined, ...unsaid });
    runner.start();
    for (let i = 0; i < 70; i++) {
      runner.registered(anInstance({ id: `i${i}`, checks: [aTcpCheck()] }), false);
    }

    await clock.advance(1_000);
    await runner.close();

    expect(probes.mostUnder).toBe(64);
  });

  it('lets go of probes and timers when it closes', async () => {
    const { runner, clock, probes } = aRunner();
    probes.status = 'silent';
    runner.registered(anInstance({ checks: [aTcpCheck()] }), false);
    await clock.advance(200);

    await runner.close();

    expect(probes.under).toBe(0);
    expect(clock.sleeping).toBe(0);
  });

  it('takes any number of checks that come due at once', async () => {
    await using running = aRunner({ maxConcurrent: 1 });
    running.probes.status = 'silent';
    const checks = Array.from({ length: 8 }, (_, i) => aTcpCheck({ name: `tcp ${i}` }));
    const instance = anInstance({ checks });
    for (let i = 0; i < 20_000; i++) {
      const registration = { ...instance.registration, id: `o${i}` };
      running.runner.registered({ ...instance, registration }, false);
    }

    await running.clock.advance(100);

    expect(running.probes.asked).toHaveLength(1);
  });
});
