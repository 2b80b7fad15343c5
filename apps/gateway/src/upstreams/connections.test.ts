import { describe, expect, it } from 'vitest';

import { Connections } from './connections.ts';

const openConnections = (max: number) => new Connections('http://127.0.0.1:9', { max, connectTimeoutMs: 1_000 });

describe('connections to one origin', () => {
  it('are taken again in the order in which they are warm: the one given back last comes first', () => {
    const connections = openConnections(2);
    const first = connections.take();
    const second = connections.take();
    connections.giveBack(second);
    connections.giveBack(first);

    expect([connections.take(), connections.take()]).toEqual([first, second]);
  });

  it('are exhausted while as many are taken as may be', () => {
    const connections = openConnections(1);
    const only = connections.take();

    expect(connections.areExhausted).toBe(true);

    connections.giveBack(only);

    expect(connections.areExhausted).toBe(false);
  });

  it('make room at once when one broke, and never hand it out again', async () => {
    const connections = openConnections(1);
    const broken = connections.take();
    connections.drop(broken);

    expect(connections.areExhausted).toBe(false);
    expect(connections.take()).not.toBe(broken);

    await connections.destroy();

    expect(broken.destroyed).toBe(true);
  });
});
