import { describe, expect, it } from 'vitest';

import { systemClock } from '@signalbox/clock';

import { Deadlines } from '../deadlines/deadlines.ts';
import { Connections } from './connections.ts';

const openConnections = (max: number) =>
  new Connections('http://127.0.0.1:9', { max, connectTimeoutMs: 1_000, deadlines: new Deadlines(systemClock) });

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

  it('close although one that broke is still being cut', async () => {
    const connections = openConnections(2);
    connections.giveBack(connections.take());
    const broken = connections.take();
    connections.drop(broken);
    await Promise.resolve();

    await expect(connections.close()).resolves.toBeUndefined();
    expect(broken.destroyed).toBe(true);
  });

  it('may be closed again after some or all of them have closed', async () => {
    const connections = openConnections(1);
    connections.giveBack(connections.take());
    await connections.close();

    await expect(connections.close()).resolves.toBeUndefined();
  });
});
