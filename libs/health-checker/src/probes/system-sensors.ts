import { statfs } from 'node:fs/promises';
import { cpus, totalmem } from 'node:os';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { availableMemory, constrainedMemory } from 'node:process';

/** Time that the processors spent, counted from any moment. */
export interface CpuTimes {
  readonly busyMs: number;
  readonly totalMs: number;
}

export interface EventLoopWatch {
  /** How late the loop came round at most since the watch began, in milliseconds. */
  delayMs(): number;
  stop(): void;
}

/** What a machine shows of itself. */
export interface SystemSensors {
  cpuTimes(): CpuTimes;
  /** From 0 to 1. */
  memoryUsed(): number;
  /** From 0 to 1, of the file system that holds the path. Rejects where there is none. */
  diskUsed(path: string): Promise<number>;
  watchEventLoop(): EventLoopWatch;
}

const RESOLUTION_MS = 10;
const NANOSECONDS_PER_MS = 1_000_000;

/** This machine, seen from this process. Memory is that of its control group where one limits it; processors are the machine's. */
export const systemSensors: SystemSensors = {
  cpuTimes() {
    const times = cpus().map((cpu) => cpu.times);
    const totalMs = times.reduce((sum, { user, nice, sys, idle, irq }) => sum + user + nice + sys + idle + irq, 0);
    return { busyMs: totalMs - times.reduce((sum, { idle }) => sum + idle, 0), totalMs };
  },
  memoryUsed() {
    const limit = constrainedMemory(); // 0 or more than there is where nothing limits it
    const total = limit > 0 ? Math.min(limit, totalmem()) : totalmem();
    return Math.max(0, 1 - availableMemory() / total);
  },
  async diskUsed(path) {
    const { blocks, bfree, bavail } = await statfs(path);
    const used = blocks - bfree;
    return used / (used + bavail); // as df has it: what is kept for root is not there for others
  },
  watchEventLoop() {
    const histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
    histogram.enable();
    return {
      // What is counted is the time between two looks, which are RESOLUTION_MS apart when nothing delays them.
      delayMs: () => Math.max(0, histogram.max / NANOSECONDS_PER_MS - RESOLUTION_MS),
      stop: () => {
        histogram.disable();
      },
    };
  },
};
