import { describe, expect, it } from 'vitest';

import { pairedRatio, renderReport, summarise } from './report.ts';

describe('a report', () => {
  it('summarises the rounds of one figure', () => {
    expect(summarise('gateway', 'us', [3, 1, 2])).toEqual({ name: 'gateway', unit: 'us', median: 2, min: 1, max: 3 });
  });

  it('compares round by round, so that a slow round cancels out', () => {
    expect(pairedRatio([2, 20, 2], [1, 10, 1])).toBe(2);
  });

  it('refuses to compare different numbers of rounds', () => {
    expect(() => pairedRatio([1], [1, 2])).toThrow('1 and 2');
  });

  it('prints every row, every ratio and every remark', () => {
    const text = renderReport({
      suite: 'gateway',
      rows: [summarise('ours', 'us', [12.3456]), summarise('theirs', 'us', [123_456.7])],
      ratios: { cpu_vs_theirs: 0.5 },
      remarks: ['haproxy is not installed: left out'],
    });

    expect(text).toMatch(/^ours +12\.35 +12\.35 +12\.35 +us$/m);
    expect(text).toMatch(/^theirs +123457 /m);
    expect(text).toMatch(/^cpu_vs_theirs +0\.500$/m);
    expect(text).toContain('haproxy is not installed: left out');
  });
});
