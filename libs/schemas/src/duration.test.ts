import { describe, expect, it } from 'vitest';

import { Duration } from './duration.ts';

describe('Duration', () => {
  it('is read as milliseconds', () => {
    expect(Duration.parse('1.5m')).toBe(90_000);
  });

  it.each(['30', '1d', '', `${'9'.repeat(400)}h`])('refuses "%s"', (text) => {
    expect(Duration.safeParse(text).error?.issues).toMatchObject([
      { message: 'must be a duration such as 250ms, 30s or 5m' },
    ]);
  });
});
