import { describe, expect, it } from 'vitest';

import { judge, type Outcome, type Verdict } from './threshold.ts';

const thresholds = { successThreshold: 2, failureThreshold: 3 };

function statusAfter(first: Verdict['status'], outcomes: string): Verdict['status'] {
  const names: Readonly<Record<string, Outcome>> = { p: 'pass', w: 'warn', f: 'fail' };
  const verdict = outcomes
    .split('')
    .reduce<Verdict>((before, letter) => judge(before, names[letter] ?? 'fail', thresholds), {
      status: first,
      contrary: 0,
    });
  return verdict.status;
}

describe('judge', () => {
  it.each([
    ['pending', 'p', 'pending'],
    ['pending', 'pp', 'pass'],
    ['pending', 'pw', 'warn'],
    ['pending', 'pfp', 'pending'],
    ['pending', 'ff', 'pending'],
    ['pending', 'ffpf', 'pending'],
    ['pending', 'fff', 'fail'],
    ['pass', 'ff', 'pass'],
    ['pass', 'ffpff', 'pass'],
    ['pass', 'fff', 'fail'],
    ['pass', 'w', 'warn'],
    ['warn', 'p', 'pass'],
    ['warn', 'fff', 'fail'],
    ['fail', 'p', 'fail'],
    ['fail', 'pfp', 'fail'],
    ['fail', 'pw', 'warn'],
  ] as const)('from %s, after %s, stands at %s', (first, outcomes, status) => {
    expect(statusAfter(first, outcomes)).toBe(status);
  });
});
