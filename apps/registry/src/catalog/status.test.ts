import { describe, expect, it } from 'vitest';

import { isRoutable, statusOf } from './status.ts';

const checks = (...statuses: ('pending' | 'pass' | 'warn' | 'fail')[]) => statuses.map((status) => ({ status }));

describe('statusOf', () => {
  it.each([
    ['up with no checks', { draining: false, checks: [] }, 'up'],
    ['up when all checks pass', { draining: false, checks: checks('pass', 'pass') }, 'up'],
    ['warning when one warns', { draining: false, checks: checks('pass', 'warn') }, 'warning'],
    [
      'starting until every check has answered',
      { draining: false, checks: checks('pass', 'pending', 'warn') },
      'starting',
    ],
    ['down when one fails, whatever the others say', { draining: false, checks: checks('pending', 'fail') }, 'down'],
    ['draining above any check', { draining: true, checks: checks('fail') }, 'draining'],
    ['what an operator says above draining', { override: 'up', draining: true, checks: checks('fail') }, 'up'],
    ['out of service by override', { override: 'out-of-service', draining: false, checks: [] }, 'out-of-service'],
  ] as const)('is %s', (_name, standing, status) => {
    expect(statusOf(standing)).toBe(status);
  });
});

describe('isRoutable', () => {
  it.each([
    ['starting', false],
    ['up', true],
    ['warning', true],
    ['down', false],
    ['draining', false],
    ['out-of-service', false],
  ] as const)('says of %s: %s', (status, routable) => {
    expect(isRoutable(status)).toBe(routable);
  });
});
