import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';

import { FakeClock } from '@signalbox/testkit';

import type { SystemSensors } from './system-sensors.ts';

import { HealthChecker } from '../health-checker.ts';
import { systemProbe, type SystemProbeOptions } from './system-probe.ts';
import { systemSensors } from './system-sensors.ts';

/** A machine that is as busy as the test says; it notes what of it was watched and looked at. */
class Machine implements SystemSensors {
  cpu = 0.1;
  memory = 0.2;
  disk = 0.3;
  delayMs = 4;
  watches = 0;
  readonly paths: string[] = [];
  readonly #clock: FakeClock;

  constructor(clock: FakeClock) {
    this.#clock = clock;
  }

  cpuTimes() {
    return { busyMs: this.cpu * this.#clock.now(), totalMs: this.#clock.now() };
  }

  memoryUsed() {
    return this.memory;
  }

  diskUsed(path: string) {
    this.paths.push(path);
    return path === '/missing'
      ? Promise.reject(new Error('ENOENT: no such file or directory'))
      : Promise.resolve(this.disk);
  }

  watchEventLoop() {
    this.watches += 1;
    return {
      delayMs: () => this.delayMs,
      stop: () => {
        this.watches -= 1;
      },
    };
  }
}

async function measured(change: (machine: Machine) => void, options: SystemProbeOptions = {}) {
  const clock = new FakeClock();
  const machine = new Machine(clock);
  change(machine);
  const probing = systemProbe({ ...options, clock, sensors: machine })(new AbortController().signal);
  await clock.advance(options.sampleMs ?? 1_000);
  const result = await probing;
  if (result === undefined) {
    throw new Error('the probe says nothing');
  }
  return { result, machine };
}

describe('systemProbe', () => {
  it('says what it measured while all is within its limits', async () => {
    const { result, machine } = await measured(() => undefined);

    expect(result).toEqual({ status: 'pass', output: 'cpu 10 %, memory 20 %, disk 30 %, event loop delay 4 ms' });
    expect(machine.watches).toBe(0);
    expect(machine.paths).toEqual(['/']);
  });

  it('has limits of 80 %, 85 %, 90 % and 500 ms by default, and names all that are passed', async () => {
    const atLimits = { cpu: 0.8, memory: 0.85, disk: 0.9, delayMs: 500 };
    const beyond = { cpu: 0.82, memory: 0.852, disk: 0.91, delayMs: 501 };

    expect((await measured((machine) => Object.assign(machine, atLimits))).result.status).toBe('pass');
    expect((await measured((machine) => Object.assign(machine, beyond))).result).toEqual({
      status: 'fail',
      output:
        'cpu 82 %, more than 80 %; memory 85.2 %, more than 85 %; disk 91 %, more than 90 %; ' +
        'event loop delay 501 ms, more than 500 ms',
    });
  });

  it('heeds limits of its own', async () => {
    const { result } = await measured(() => undefined, { maxMemoryPercent: 10, maxEventLoopDelayMs: 3, sampleMs: 50 });

    expect(result.output).toBe('memory 20 %, more than 10 %; event loop delay 4 ms, more than 3 ms');
  });

  it('measures for longer than a check may take by default, where it is told to', async () => {
    const clock = new FakeClock();
    const machine = new Machine(clock);
    const probe = systemProbe({ sampleMs: 10_000, clock, sensors: machine });
    const health = new HealthChecker({ clock }).addDependency('system', probe);
    health.start();

    await clock.advance(10_000);
    const { status } = health.answer('/health/ready').body.checks?.['system'] ?? {};
    await health.close();

    expect(status).toBe('pass');
  });

  it.each([
    [undefined, 5_000],
    [10_000, 14_000],
  ])('that measures for %d ms is given %d ms in all', (sampleMs, timeoutMs) => {
    expect(systemProbe({ sampleMs }).timeoutMs).toBe(timeoutMs);
  });

  it('fails where there is no file system to look at', async () => {
    const { result, machine } = await measured(() => undefined, { diskPath: '/missing' });

    expect(result).toEqual({ status: 'fail', output: 'ENOENT: no such file or directory' });
    expect(machine.watches).toBe(0);
  });

  it('ends when its signal is aborted, and watches nothing any more', async () => {
    const clock = new FakeClock();
    const machine = new Machine(clock);
    const stop = new AbortController();
    const probing = systemProbe({ clock, sensors: machine })(stop.signal);
    expect(machine.watches).toBe(1);

    stop.abort();

    expect(await probing).toEqual({ status: 'fail', output: 'no answer in time' });
    expect(machine.watches).toBe(0);
  });

  it.each([
    [{ maxCpuPercent: 101 }, 'maxCpuPercent: must be a number from 0 to 100, not 101'],
    [{ maxMemoryPercent: -1 }, 'maxMemoryPercent: must be a number from 0 to 100, not -1'],
    [{ maxDiskPercent: NaN }, 'maxDiskPercent: must be a number from 0 to 100, not NaN'],
    [{ maxEventLoopDelayMs: -5 }, 'maxEventLoopDelayMs: must be a number from 0 to Infinity, not -5'],
    [{ sampleMs: 0 }, 'sampleMs: must be a number above 0, not 0'],
    [{ sampleMs: Infinity }, 'sampleMs: must be a number above 0, not Infinity'],
  ])('refuses %o', (options, message) => {
    expect(() => systemProbe(options)).toThrow(new RangeError(`systemProbe ${message}`));
  });

  it.each([
    [null, ' options: must be of type object, not null'],
    [{ maxCpuPercent: '80' }, ' maxCpuPercent: must be of type number, not "80"'],
    [{ diskPath: 5 }, ' diskPath: must be of type string, not 5'],
    [{ clock: {} }, ' clock.now: must be of type function, not undefined'],
    [{ sensors: {} }, ' sensors.cpuTimes: must be of type function, not undefined'],
    [
      { maxCpu: 80 },
      ': has no option "maxCpu"; there are maxCpuPercent, maxMemoryPercent, maxDiskPercent, maxEventLoopDelayMs, ' +
        'diskPath, sampleMs, clock, sensors',
    ],
  ])('refuses what is no such option: %j', (options, message) => {
    expect(() => systemProbe(options as SystemProbeOptions)).toThrow(new TypeError(`systemProbe${message}`));
  });

  it.each([
    { maxCpuPercent: 0, maxMemoryPercent: 0, maxDiskPercent: 0, maxEventLoopDelayMs: 0 },
    { maxCpuPercent: 100, maxMemoryPercent: 100, maxDiskPercent: 100, maxEventLoopDelayMs: Infinity },
  ])('takes options up to the ends of their ranges: %j', (options) => {
    expect(systemProbe(options).timeoutMs).toBe(5_000);
  });
});

describe('the sensors of this machine', () => {
  it('show shares of what there is', async () => {
    const { busyMs, totalMs } = systemSensors.cpuTimes();
    const shares = [busyMs / totalMs, systemSensors.memoryUsed(), await systemSensors.diskUsed('/')];

    expect(shares.every((share) => share > 0 && share <= 1)).toBe(true);
  });

  it('notice what keeps the event loop from coming round, however rare', async () => {
    const eventLoop = systemSensors.watchEventLoop();
    await wait(300); // some thirty looks
    const until = performance.now() + 60;
    while (performance.now() < until) {
      // keeps the loop
    }
    await wait(20);
    eventLoop.stop();

    expect(eventLoop.delayMs()).toBeGreaterThan(30);
  });
});
