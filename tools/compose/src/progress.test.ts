import { describe, expect, it } from 'vitest';

import { readableProgress } from './progress.ts';

/** What is written of steps, where a clock goes on by what each step takes. */
function written() {
  const lines: string[] = [];
  const clock = { ms: 0 };
  const progress = readableProgress({ write: (text) => lines.push(text), now: () => clock.ms });
  return { lines, clock, progress };
}

describe('readable progress', () => {
  it('says what is done before it is done, and how long it took after', async () => {
    const { lines, clock, progress } = written();

    const outcome = await progress('Containers', () => {
      expect(lines.join('')).toMatch(/^Containers \.+ $/);
      clock.ms += 2_340;
      return Promise.resolve('up');
    });

    expect(outcome).toBe('up');
    expect(lines.join('')).toMatch(/^Containers \.+ 2\.3 s\n$/);
  });

  it('ends the line of what failed, and fails', async () => {
    const { lines, progress } = written();

    await expect(progress('Containers', () => Promise.reject(new Error('no room')))).rejects.toThrow('no room');

    expect(lines.join('')).toMatch(/^Containers \.+ failed\n$/);
  });
});
