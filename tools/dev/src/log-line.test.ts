import { describe, expect, it } from 'vitest';

import { readableLine } from './log-line.ts';

const TIME = Date.UTC(2026, 0, 2, 3, 4, 5, 678);

describe('readableLine', () => {
  it('shows time, level, message and fields of a structured line', () => {
    const line = JSON.stringify({
      level: 30,
      time: TIME,
      pid: 1,
      hostname: 'h',
      name: 'orders-1',
      changedKeys: ['a'],
      msg: 'changed',
    });

    expect(readableLine(line)).toBe('03:04:05.678 info  changed changedKeys=["a"]');
  });

  it('shows the message of an error, not its stack', () => {
    const line = JSON.stringify({
      level: 50,
      time: TIME,
      err: { message: 'broken', stack: 'at x' },
      msg: 'request failed',
    });

    expect(readableLine(line)).toBe('03:04:05.678 ERROR request failed err=broken');
  });

  it.each(['plain text', '{not json', ''])('leaves "%s" as it is', (line) => {
    expect(readableLine(line)).toBe(line);
  });
});
