import { describe, expect, it } from 'vitest';

import { leastRequest, roundRobin } from '@signalbox/load-balancer';

import type { ServiceCaller } from '../src/index.ts';

import { callerOf, hastyCallerOf, listen, named } from './calls.ts';
import { anInstance } from './fake-registry.ts';

/** How often each name answered so many calls, one after the other. */
async function answersTo(services: ServiceCaller, calls: number): Promise<Record<string, number>> {
  const products = services.fetch('products');
  const counts: Record<string, number> = {};
  for (let call = 0; call < calls; call++) {
    const [name = ''] = (await (await products('/')).text()).split(' ');
    counts[name] = (counts[name] ?? 0) + 1;
  }
  return counts;
}

describe('calls', () => {
  it('go to the instances in proportion to their weights, or by the policy that is asked for', async () => {
    await using heavy = await listen(named('heavy'));
    await using light = await listen(named('light'));
    const instances = [
      anInstance({ id: '1', port: heavy.port, weight: 3 }),
      anInstance({ id: '2', port: light.port, weight: 1 }),
    ];
    await using weighted = await callerOf(instances);
    await using inTurn = await callerOf(instances, { balancing: { policy: roundRobin() } });

    expect(await answersTo(weighted.services, 8)).toEqual({ heavy: 6, light: 2 });
    expect(await answersTo(inTurn.services, 8)).toEqual({ heavy: 4, light: 4 });
  });

  it('stay in the zone of the caller while an instance there can take them', async () => {
    await using near = await listen(named('near'));
    await using far = await listen(named('far'));
    const instances = [
      anInstance({ id: '1', port: near.port, zone: 'a' }),
      anInstance({ id: '2', port: far.port, zone: 'b' }),
    ];
    await using mine = await callerOf(instances, { balancing: { locality: { zone: 'a' } } });
    const gone = Promise.withResolvers<undefined>();
    mine.watch.onChange(() => {
      gone.resolve(undefined);
    });

    expect(await answersTo(mine.services, 10)).toEqual({ near: 10 });

    mine.registry.remove('1');
    await gone.promise;

    expect(await answersTo(mine.services, 10)).toEqual({ far: 10 });
  });

  it('leave the zone of the caller where its breakers are open', async () => {
    await using near = await listen((_request, response) => {
      response.writeHead(503).end();
    });
    await using far = await listen(named('far'));
    const instances = [
      anInstance({ id: '1', port: near.port, zone: 'a' }),
      anInstance({ id: '2', port: far.port, zone: 'b' }),
    ];
    await using mine = await hastyCallerOf(instances, {
      balancing: { locality: { zone: 'a' } },
      breaker: { trip: { consecutiveFailures: 1 } },
    });

    expect(await answersTo(mine.services, 10)).toEqual({ far: 10 });
  });

  it('go where fewer are under way, by leastRequest: until an answer begins, and no longer', async () => {
    const { promise: released, resolve: release } = Promise.withResolvers<undefined>();
    await using hanging = await listen((_request, response) => {
      void released.then(() => response.end('hanging'));
    });
    await using idle = await listen(named('idle'));
    await using mine = await callerOf([anInstance({ id: '1', port: hanging.port })], {
      balancing: { policy: leastRequest() },
    });
    const products = mine.services.fetch('products');
    const waiting = products('/');
    const seen = Promise.withResolvers<undefined>();
    mine.watch.onChange(() => {
      seen.resolve(undefined);
    });
    mine.registry.put(anInstance({ id: '2', port: idle.port }));
    await seen.promise;

    expect(await answersTo(mine.services, 10)).toEqual({ idle: 10 });

    release(undefined);
    await (await waiting).text();

    expect(Object.keys(await answersTo(mine.services, 50)).sort()).toEqual(['hanging', 'idle']);
  });

  it('spare an instance that has just come, by slow start, and none that was there before', async () => {
    await using old = await listen(named('old'));
    await using fresh = await listen(named('fresh'));
    await using mine = await callerOf([anInstance({ id: '1', port: old.port })], {
      balancing: { slowStart: { windowMs: 10_000, minimumShare: 0.25 } },
    });
    await answersTo(mine.services, 1);
    const seen = Promise.withResolvers<undefined>();
    mine.watch.onChange(() => {
      seen.resolve(undefined);
    });
    mine.registry.put(anInstance({ id: '2', port: fresh.port }));
    await seen.promise;

    expect(await answersTo(mine.services, 10)).toEqual({ old: 8, fresh: 2 });

    await mine.clock.advance(10_000);

    expect(await answersTo(mine.services, 10)).toEqual({ old: 5, fresh: 5 });
  });

  it('spare an instance that its breaker takes back, by slow start', async () => {
    const statuses = [503];
    await using steady = await listen(named('steady'));
    await using shaky = await listen((request, response) => {
      response.statusCode = statuses.shift() ?? 200;
      named('shaky')(request, response);
    });
    await using mine = await callerOf(
      [anInstance({ id: '1', port: steady.port }), anInstance({ id: '2', port: shaky.port })],
      {
        balancing: { slowStart: { windowMs: 10_000, minimumShare: 0.25 } },
        breaker: { trip: { consecutiveFailures: 1 }, recoveryTimeoutMs: 1_000 },
        retry: { attempts: 1 },
      },
    );
    await answersTo(mine.services, 2);
    await mine.clock.advance(1_000);
    expect(await answersTo(mine.services, 1)).toEqual({ shaky: 1 });

    expect(await answersTo(mine.services, 10)).toEqual({ steady: 8, shaky: 2 });
  });
});
