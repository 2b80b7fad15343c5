import { describe, expect, it } from 'vitest';

import { SharedRules } from './shared-rules.ts';

/** An operator and its list, nested so many times: each is two deep. */
function nested(times: number): Record<string, unknown> {
  let rule: Record<string, unknown> = { '==': [1, 1] };
  for (let time = 0; time < times; time += 1) {
    rule = { and: [rule] };
  }
  return rule;
}

describe('operators and lists', () => {
  it('may be nested 256 deep, and no deeper', () => {
    const rules = new SharedRules({});

    expect(() => rules.inPlaceOf(nested(127))).not.toThrow();
    expect(() => rules.inPlaceOf(nested(128))).toThrow('is nested more than 256 deep');
  });
});

describe('references', () => {
  /** Each brings in a thousand values: a list, and what is in it. */
  const thousand = { or: Array.from({ length: 999 }, () => true) };
  const referring = (times: number) => ({ or: Array.from({ length: times }, () => ({ $ref: 'thousand' })) });

  it('may bring in 250,000 values in all, and no more', () => {
    expect(() => new SharedRules({ thousand }).inPlaceOf(referring(250))).not.toThrow();
    expect(() => new SharedRules({ thousand }).inPlaceOf(referring(251))).toThrow('makes more than 250000 values');
  });
});
