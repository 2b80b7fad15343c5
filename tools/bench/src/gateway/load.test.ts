import { describe, expect, it } from 'vitest';

import { completedOf } from './load.ts';
import { SMALL_GET } from './workload.ts';

describe('the outcome of a load', () => {
  it('is how many requests were completed', () => {
    expect(completedOf(SMALL_GET, 'Running 60s test\n{"completed":7,"wrong":0}\n')).toBe(7);
  });

  it.each(['{"completed":7,"wrong":1}', '{"completed":0,"wrong":0}'])('fails the run for %s', (line) => {
    expect(() => completedOf(SMALL_GET, line)).toThrow('GET 1 KiB');
  });
});
