import { describe, expect, it } from 'vitest';

import { toCallSettings } from '../src/calls/call-options.ts';
import { RegistryClient, ServiceCaller, type ServiceCallerOptions } from '../src/index.ts';
import { callerOf, hastyCallerOf, listen, named } from './calls.ts';
import { anInstance } from './fake-registry.ts';

const registry = new RegistryClient({ url: 'http://127.0.0.1:9' });

describe('an option of a ServiceCaller', () => {
  it.each<[Partial<ServiceCallerOptions>, string]>([
    [{ deadlineMs: 0 }, 'deadlineMs: must be from 1 to 2147483647 or Infinity, not 0'],
    [{ deadlineMs: 2 ** 31 }, 'deadlineMs: must be from 1 to 2147483647 or Infinity, not 2147483648'],
    [{ attemptTimeoutMs: 0 }, 'attemptTimeoutMs: must be from 1 to 2147483647 or Infinity, not 0'],
    [{ firstAnswerMs: -1 }, 'firstAnswerMs: must be from 0 to 2147483647 or Infinity, not -1'],
    [{ environment: '' }, 'environment must be'],
    [{ maxServices: 0 }, 'maxServices: must be an integer from 1 to 1000000, not 0'],
    [{ retry: { attempts: 0 } }, 'attempts: must be an integer from 1 to 100, not 0'],
    [{ retry: { budget: { share: 11 } } }, 'share: must be a number from 0 to 10, not 11'],
    [{ balancing: { panicThreshold: 2 } }, 'panicThreshold: must be a number from 0 to 1, not 2'],
    [{ balancing: { slowStart: { windowMs: 1 } } }, 'windowMs'],
    [{ breaker: { halfOpenPermits: 0 } }, 'halfOpenPermits'],
    [{ breaker: { maxBreakers: 0 } }, 'maxBreakers'],
  ])('out of range is refused at construction: %j', (options, message) => {
    expect(() => new ServiceCaller({ registry, ...options })).toThrow(RangeError);
    expect(() => new ServiceCaller({ registry, ...options })).toThrow(message);
  });

  it('out of range is refused by fetch', async () => {
    await using mine = await callerOf([]);

    expect(() => mine.services.fetch('products', { deadlineMs: 0 })).toThrow('deadlineMs: must be from 1');
    expect(() => mine.services.fetch('products', { attemptTimeoutMs: NaN })).toThrow('not NaN');
  });

  it('has the default of the documentation', () => {
    expect(toCallSettings({ registry })).toMatchObject({
      deadlineMs: 10_000,
      attemptTimeoutMs: Infinity,
      firstAnswerMs: 2_000,
      maxServices: 1_000,
      balancing: { panicThreshold: 0 },
      breaker: {},
      retry: { attempts: 3, budget: {} },
    });
  });

  it('waits up to 25 ms before another attempt, and never more than 250 ms, by default', () => {
    const { backoff } = toCallSettings({ registry }).retry;
    const longestOf = (attempt: number) => Math.max(...Array.from({ length: 1_000 }, () => backoff(attempt, 0)));

    expect([0, 1, 20].map((attempt) => Math.round(longestOf(attempt) / 25))).toEqual([1, 2, 10]);
  });

  it('bounds the services that are called', async () => {
    await using mine = await callerOf([], { maxServices: 1 });
    mine.services.fetch('products');
    mine.services.fetch('products');

    expect(() => mine.services.fetch('orders')).toThrow(
      new RangeError('maxServices: 1 services are called already, "orders" is one more'),
    );
  });

  it('bounds the breakers that are kept', async () => {
    await using server = await listen(named('one'));
    const instances = ['1', '2', '3'].map((id) => anInstance({ id, port: server.port }));
    await using mine = await hastyCallerOf(instances, { breaker: { maxBreakers: 2 } });
    const products = mine.services.fetch('products');

    await Promise.all([products('/'), products('/'), products('/')]);

    expect([...mine.services.breakers]).toHaveLength(2);
  });
});

describe('the breakers of a ServiceCaller', () => {
  it('are named by service, instance and address, and forgotten with the endpoint', async () => {
    await using server = await listen(named('one'));
    await using mine = await callerOf([anInstance({ id: 'products-1', port: server.port })]);
    await mine.services.fetch('products')('/');
    const names = () => [...mine.services.breakers].map(({ name }) => name);
    const gone = Promise.withResolvers<undefined>();
    mine.watch.onChange(() => {
      gone.resolve(undefined);
    });

    expect(names()).toEqual([`products/products-1@http://127.0.0.1:${server.port}`]);

    mine.registry.remove('products-1');
    await gone.promise;

    expect(names()).toEqual([]);
  });
});
