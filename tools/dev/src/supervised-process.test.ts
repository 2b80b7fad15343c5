import { describe, expect, it } from 'vitest';

import { systemClock } from '@signalbox/clock';

import { SupervisedProcess } from './supervised-process.ts';

function aProcess(script: string): SupervisedProcess {
  const spec = { name: 'orders', args: ['--eval', script], environment: {} };
  return new SupervisedProcess(spec, { clock: systemClock, sink: () => undefined });
}

describe('SupervisedProcess', () => {
  it('asks again where an answer about readiness does not come', async () => {
    const running = aProcess('setInterval(() => undefined, 1_000)');
    let asked = 0;
    const isReady = () => {
      asked += 1;
      return asked === 1 ? new Promise<boolean>(() => undefined) : Promise.resolve(true);
    };

    await running.waitUntil(isReady, 10_000);

    expect(asked).toBe(2);
    await running.stop();
  });

  it('tells the last line of a process that ends while its readiness is asked for', async () => {
    const ending = aProcess('console.log("the port is taken")');

    await expect(ending.waitUntil(() => new Promise(() => undefined), 10_000)).rejects.toThrow('the port is taken');
  });
});
