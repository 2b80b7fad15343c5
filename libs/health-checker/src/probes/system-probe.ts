import { resolve } from 'node:path';

import { type Clock, systemClock } from '@signalbox/clock';

import type { DependencyCheck } from '../dependency.ts';
import type { ProbeResult } from './probe.ts';

import { requireMethods, requireNumber, requireOptions, requireType } from '../validation.ts';
import { failureOf } from './failure.ts';
import { type CpuTimes, systemSensors, type SystemSensors } from './system-sensors.ts';

export interface SystemProbeOptions {
  /** Percent of the machine's processor time, over one run: from 0 to 100. @default 80 */
  readonly maxCpuPercent?: number | undefined;
  /** Percent of the memory that there is for the process: from 0 to 100. @default 85 */
  readonly maxMemoryPercent?: number | undefined;
  /** Percent of the file system: from 0 to 100. @default 90 */
  readonly maxDiskPercent?: number | undefined;
  /** How late the event loop may come round during one run, in milliseconds: from 0; Infinity for no limit. @default 500 */
  readonly maxEventLoopDelayMs?: number | undefined;
  /** Where the file system is that is looked at. @default the root of the working directory's */
  readonly diskPath?: string | undefined;
  /** How long a run measures processors and event loop, in milliseconds: above 0. @default 1000 */
  readonly sampleMs?: number | undefined;
  /** @default the process's own */
  readonly clock?: Clock | undefined;
  /** @default this machine */
  readonly sensors?: SystemSensors | undefined;
}

type Settings = { readonly [Option in keyof SystemProbeOptions]-?: NonNullable<SystemProbeOptions[Option]> };

const DEFAULTS = {
  maxCpuPercent: 80,
  maxMemoryPercent: 85,
  maxDiskPercent: 90,
  maxEventLoopDelayMs: 500,
  diskPath: resolve('/'),
  sampleMs: 1_000,
  clock: systemClock,
  sensors: systemSensors,
} satisfies SystemProbeOptions;

/** What a run may take besides measuring: with the default sample, five seconds in all. */
const BESIDES_MS = 4_000;

/**
 * A check of the machine that fails while one of its resources is used beyond its limit, and names each of them. It says what it measured
 * either way. A run may take 4 s longer than it measures, unless the options of the dependency say otherwise. Throws a RangeError or
 * TypeError for an option that can't be.
 */
export function systemProbe(options: SystemProbeOptions = {}): DependencyCheck {
  const settings = toSettings(options);
  const probe = async (signal: AbortSignal): Promise<ProbeResult> => {
    try {
      return toVerdict(await measure(settings, signal));
    } catch (error) {
      return failureOf(error, signal);
    }
  };
  return Object.assign(probe, { timeoutMs: settings.sampleMs + BESIDES_MS });
}

interface Reading {
  readonly name: string;
  readonly value: number;
  readonly limit: number;
  readonly unit: '%' | 'ms';
}

async function measure(settings: Settings, signal: AbortSignal): Promise<readonly Reading[]> {
  const { sensors, clock } = settings;
  const before = sensors.cpuTimes();
  const eventLoop = sensors.watchEventLoop();
  try {
    await clock.sleep(settings.sampleMs, signal);
    const cpu = busyShare(before, sensors.cpuTimes());
    const disk = await sensors.diskUsed(settings.diskPath);
    return [
      { name: 'cpu', value: 100 * cpu, limit: settings.maxCpuPercent, unit: '%' },
      { name: 'memory', value: 100 * sensors.memoryUsed(), limit: settings.maxMemoryPercent, unit: '%' },
      { name: 'disk', value: 100 * disk, limit: settings.maxDiskPercent, unit: '%' },
      { name: 'event loop delay', value: eventLoop.delayMs(), limit: settings.maxEventLoopDelayMs, unit: 'ms' },
    ];
  } finally {
    eventLoop.stop();
  }
}

/** The processors' counters move in steps: over a short sample they may stand still. */
function busyShare(before: CpuTimes, after: CpuTimes): number {
  const totalMs = after.totalMs - before.totalMs;
  return totalMs > 0 ? (after.busyMs - before.busyMs) / totalMs : 0;
}

function toVerdict(readings: readonly Reading[]): ProbeResult {
  const over = readings.filter(({ value, limit }) => value > limit);
  if (over.length > 0) {
    const output = over.map((reading) => `${shown(reading)}, more than ${reading.limit} ${reading.unit}`).join('; ');
    return { status: 'fail', output };
  }
  return { status: 'pass', output: readings.map(shown).join(', ') };
}

function shown({ name, value, unit }: Reading): string {
  return `${name} ${Math.round(10 * value) / 10} ${unit}`;
}

function toSettings(options: SystemProbeOptions): Settings {
  requireOptions('systemProbe', options, Object.keys(DEFAULTS));
  const {
    maxCpuPercent = DEFAULTS.maxCpuPercent,
    maxMemoryPercent = DEFAULTS.maxMemoryPercent,
    maxDiskPercent = DEFAULTS.maxDiskPercent,
    maxEventLoopDelayMs = DEFAULTS.maxEventLoopDelayMs,
    diskPath = DEFAULTS.diskPath,
    sampleMs = DEFAULTS.sampleMs,
    clock = DEFAULTS.clock,
    sensors = DEFAULTS.sensors,
  } = options;
  for (const [field, percent] of Object.entries({ maxCpuPercent, maxMemoryPercent, maxDiskPercent })) {
    requireNumber(`systemProbe ${field}`, percent, { from: 0, to: 100 });
  }
  requireNumber('systemProbe maxEventLoopDelayMs', maxEventLoopDelayMs, { from: 0, to: Infinity });
  requireType('systemProbe diskPath', diskPath, 'string');
  requireNumber('systemProbe sampleMs', sampleMs, { above: 0 });
  requireMethods('systemProbe clock', clock, 'now', 'sleep');
  requireMethods('systemProbe sensors', sensors, 'cpuTimes', 'memoryUsed', 'diskUsed', 'watchEventLoop');
  return { maxCpuPercent, maxMemoryPercent, maxDiskPercent, maxEventLoopDelayMs, diskPath, sampleMs, clock, sensors };
}
