import { describe, expect, it } from 'vitest';

import { SMALL_GET, SMALL_POST } from './workload.ts';
import { toWrkScript } from './wrk-script.ts';

describe('the script for wrk', () => {
  it('counts every answer that is not 200 or has another length', () => {
    expect(toWrkScript(SMALL_GET)).toContain('if status ~= 200 or #body ~= 1024 then wrong = wrong + 1 end');
  });

  it('sends a body only where there is one', () => {
    expect(toWrkScript(SMALL_GET)).toContain('wrk.body = nil');
    expect(toWrkScript(SMALL_POST)).toContain('wrk.body = "{\\"products\\":');
  });

  it('asks for several paths in turn, and for another status where that is the right one', () => {
    const script = toWrkScript({ ...SMALL_GET, paths: ['/a', '/b'], status: 304 });

    expect(script).toContain('ipairs({ "/a", "/b" })');
    expect(script).toContain('if status ~= 304 or');
  });

  it('refuses a field that Lua would read differently', () => {
    const workload = { ...SMALL_GET, headers: { Cookie: 'name=\u00e9' } };

    expect(() => toWrkScript(workload)).toThrow('"name=\u00e9"');
  });
});
