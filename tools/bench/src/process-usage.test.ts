import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { platform } from 'node:os';
import { describe, expect, it } from 'vitest';

import { cpuSeconds, residentBytes } from './process-usage.ts';

const SPIN =
  'const end = process.cpuUsage().user + 200_000; while (process.cpuUsage().user < end); console.log("spun"); process.stdin.resume()';

describe.runIf(platform() === 'linux')('the usage of a process', () => {
  it('counts what a child burnt for its parent', async () => {
    const before = cpuSeconds(process.pid);
    const child = spawn(process.execPath, ['-e', SPIN]);
    await once(child.stdout, 'data');

    expect(cpuSeconds(process.pid) - before).toBeGreaterThanOrEqual(0.2);
    expect(residentBytes(child.pid ?? 0)).toBeGreaterThan(1_000_000);

    child.kill();
    await once(child, 'close');
  });

  it('throws for a process that is not there', () => {
    expect(() => cpuSeconds(2 ** 30)).toThrow('ENOENT');
  });
});
