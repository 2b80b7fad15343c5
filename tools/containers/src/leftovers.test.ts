import { describe, expect, it } from 'vitest';

import { isRunning, removeLeftovers } from './leftovers.ts';

class FakeEngine {
  readonly #owners: Set<string>;

  constructor(owners: readonly string[]) {
    this.#owners = new Set(owners);
  }

  owners() {
    return Promise.resolve(new Set(this.#owners));
  }

  removeAllOf(owner: string) {
    this.#owners.delete(owner);
    return Promise.resolve();
  }
}

describe('removeLeftovers', () => {
  it('removes what belongs to ended processes of this host alone', async () => {
    const engine = new FakeEngine(['here:1', 'here:2', 'elsewhere:2']);

    await removeLeftovers(engine, { host: 'here', isRunning: (pid) => pid === 1 });

    await expect(engine.owners()).resolves.toEqual(new Set(['here:1', 'elsewhere:2']));
  });
});

describe('isRunning', () => {
  it('is true of this process', () => {
    expect(isRunning(process.pid)).toBe(true);
  });

  it('is false of a process that can not be', () => {
    expect(isRunning(2 ** 30)).toBe(false);
  });
});
