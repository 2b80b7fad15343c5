import { describe, expect, it } from 'vitest';

import { CircuitBreakerOpenError } from '@signalbox/circuit-breaker';
import { type PolicyFactory, roundRobin } from '@signalbox/load-balancer';
import { freePort } from '@signalbox/testkit';

import type { ServiceCaller } from '../src/index.ts';

import { callerOf, hastyCallerOf, listen, named } from './calls.ts';
import { anInstance } from './fake-registry.ts';

const SENSITIVE = { breaker: { trip: { consecutiveFailures: 1 } } };
const ONCE = { ...SENSITIVE, retry: { attempts: 1 } };

/** An instance that answers 503 until it is told otherwise, and counts what it is asked. */
async function failing() {
  const state = { asked: 0, status: 503 };
  const server = await listen((_request, response) => {
    state.asked += 1;
    response.writeHead(state.status).end();
  });
  return Object.assign(server, { state });
}

async function call({ services }: { services: ServiceCaller }, times: number): Promise<number[]> {
  const products = services.fetch('products');
  const statuses: number[] = [];
  for (let i = 0; i < times; i++) {
    const answer = await products('/');
    await answer.text();
    statuses.push(answer.status);
  }
  return statuses;
}

describe('an endpoint whose breaker is open', () => {
  it('is left alone, and asked again with one request once its time is up', async () => {
    await using bad = await failing();
    await using good = await listen(named('good'));
    await using mine = await callerOf(
      [anInstance({ id: '1', port: bad.port }), anInstance({ id: '2', port: good.port })],
      { ...ONCE, breaker: { ...SENSITIVE.breaker, recoveryTimeoutMs: 1_000 } },
    );
    await call(mine, 8);
    expect(bad.state.asked).toBe(1);
    bad.state.status = 200;

    await mine.clock.advance(1_000);
    await call(mine, 9);

    expect(bad.state.asked).toBe(1 + 1 + 4);
  });

  it('sends a part of the calls of its zone elsewhere before all of it is gone', async () => {
    await using near = await listen(named('near'));
    await using far = await listen(named('far'));
    const dead = await freePort();
    await using mine = await hastyCallerOf(
      [
        anInstance({ id: '1', port: near.port, zone: 'a' }),
        anInstance({ id: '2', port: dead, zone: 'a' }),
        anInstance({ id: '3', port: far.port, zone: 'b' }),
      ],
      { ...SENSITIVE, balancing: { locality: { zone: 'a' } } },
    );
    await call(mine, 2);
    const products = mine.services.fetch('products');

    const answers = await Promise.all(Array.from({ length: 200 }, () => products('/')));
    const names = await Promise.all(answers.map(async (answer) => (await answer.text()).split(' ')[0]));

    // 30 % of 200 by 1.4 * 50 %: a share of 15 % to 45 % is more than four standard deviations wide
    const share = names.filter((name) => name === 'far').length / names.length;
    expect(Math.abs(share - 0.3)).toBeLessThan(0.15);
  });

  it('costs a call no more than one look at each where none lets anything through', async () => {
    let choices = 0;
    const counting: PolicyFactory<never> = (sources) => {
      const policy = roundRobin()(sources);
      return {
        heedsWeights: policy.heedsWeights,
        use: (candidates) => {
          policy.use(candidates);
        },
        choose: (...args) => {
          choices += 1;
          return policy.choose(...args);
        },
      };
    };
    const instances = Array.from({ length: 50 }, (_, at) => anInstance({ id: String(at) }));
    await using mine = await callerOf(instances, { ...ONCE, balancing: { policy: counting } });
    const products = mine.services.fetch('products');
    await Promise.allSettled(instances.map(() => products('/')));
    choices = 0;

    await expect(products('/')).rejects.toThrow(CircuitBreakerOpenError);

    expect(choices).toBeLessThanOrEqual(1);
  });
});

describe('panic', () => {
  it('sends calls in spite of breakers that hold most of a service back, where it is asked for', async () => {
    await using one = await failing();
    await using other = await failing();
    await using good = await listen(named('good'));
    const instances = [one, other, good].map(({ port }, at) => anInstance({ id: String(at), port }));
    await using calm = await callerOf(instances, ONCE);
    await using panicking = await callerOf(instances, { ...ONCE, balancing: { panicThreshold: 0.5 } });

    const calmly = await call(calm, 9);
    const asked = one.state.asked + other.state.asked;
    await call(panicking, 9);

    expect(calmly.filter((status) => status === 503)).toHaveLength(2);
    expect(asked).toBe(2);
    expect(one.state.asked + other.state.asked - asked).toBeGreaterThan(4);
  });

  it('asks nothing that is out of reach or was isolated', async () => {
    await using isolated = await failing();
    await using mine = await callerOf(
      [anInstance({ id: '1', port: isolated.port }), anInstance({ id: '2', port: await freePort() })],
      { ...ONCE, balancing: { panicThreshold: 1 } },
    );
    const products = mine.services.fetch('products');
    await Promise.allSettled([products('/'), products('/')]);
    [...mine.services.breakers].forEach((breaker) => {
      breaker.isolate();
    });
    await Promise.allSettled([products('/'), products('/')]);
    const before = isolated.state.asked;

    await expect(products('/')).rejects.toThrow(CircuitBreakerOpenError);

    expect(isolated.state.asked).toBe(before);
  });
});
