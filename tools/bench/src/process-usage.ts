import { readdirSync, readFileSync } from 'node:fs';

/** USER_HZ, the unit of times in /proc, is 100 on every Linux that Node supports (proc_pid_stat(5)). */
const TICKS_PER_SECOND = 100;
const BYTES_PER_KIB = 1024;

/**
 * CPU time that a process, its threads and its living descendants have used so far, in seconds, in steps of 10 ms. Linux only:
 * throws where /proc has no such process.
 */
export function cpuSeconds(pid: number): number {
  const [, ...descendants] = familyOf(pid);
  return descendants.reduce((sum, member) => sum + (cpuSecondsIfAlive(member) ?? 0), ownCpuSeconds(pid));
}

/** Resident memory of a process alone, in bytes. Linux only: throws where /proc has no such process. */
export function residentBytes(pid: number): number {
  const found = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  if (found?.[1] === undefined) {
    throw new RangeError(`pid: ${pid} has no resident memory`);
  }
  return Number(found[1]) * BYTES_PER_KIB;
}

/** proc_pid_stat(5), fields counted from the third, the first behind the command's closing bracket. */
const PARENT = 1;
const USER_TIME = 11;
const SYSTEM_TIME = 12;

function ownCpuSeconds(pid: number): number {
  const fields = statOf(pid);
  return (Number(fields[USER_TIME]) + Number(fields[SYSTEM_TIME])) / TICKS_PER_SECOND;
}

/** Undefined for a descendant that ended since it was listed. */
function cpuSecondsIfAlive(pid: number): number | undefined {
  try {
    return ownCpuSeconds(pid);
  } catch {
    return undefined;
  }
}

function familyOf(root: number): number[] {
  const parents = new Map(livingProcesses().map((pid) => [pid, parentOf(pid)]));
  const family = [root];
  for (const member of family) {
    family.push(...[...parents].filter(([, parent]) => parent === member).map(([pid]) => pid));
  }
  return family;
}

function livingProcesses(): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
}

/** Undefined for a process that ended since it was listed. */
function parentOf(pid: number): number | undefined {
  try {
    return Number(statOf(pid)[PARENT]);
  } catch {
    return undefined;
  }
}

function statOf(pid: number): string[] {
  const line = readFileSync(`/proc/${pid}/stat`, 'utf8');
  return line.slice(line.lastIndexOf(')') + 2).split(' ');
}
