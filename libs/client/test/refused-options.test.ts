import { describe, expect, it } from 'vitest';

import { type ComposableDispatcher, ConfigClient, RegistryClient, ServiceCaller } from '../src/index.ts';
import { FakeRegistry } from './fake-registry.ts';

const URL_OF_NOBODY = 'http://127.0.0.1:9';
/** As JavaScript calls, which no type holds back. */
type Untyped = Record<string, unknown>;

describe('a ConfigClient', () => {
  const make = (options: Untyped) => () =>
    new ConfigClient({ url: URL_OF_NOBODY, service: 'orders', env: 'production', ...options });

  it.each<[Untyped, string]>([
    [{ url: 5 }, 'url: must be of type string, not 5'],
    [{ url: [URL_OF_NOBODY, null] }, 'url: must be of type string, not null'],
    [{ url: undefined, directory: 5 }, 'directory: must be of type string, not 5'],
    [{ service: 5 }, 'service: must be of type string, not 5'],
    [{ env: undefined }, 'env: must be of type string, not undefined'],
    [{ instanceId: ['orders-1'] }, 'instanceId: must be of type string, not an array'],
    [{ schema: {} }, 'schema: must be a schema of zod 4, not an object'],
    [{ schema: { parse: () => ({}) } }, 'schema: must be a schema of zod 4, not an object'],
    [{ schema: null }, 'schema: must be a schema of zod 4, not null'],
    [{ secretKeys: 'db.password' }, 'secretKeys: must be an array, not "db.password"'],
    [{ secretKeys: [5] }, 'secretKeys.0: must be of type string, not 5'],
    [{ secretKeys: ['a..b'] }, 'secretKeys: must be keys such as db.password or **.password, not "a..b"'],
    [{ cacheFile: 5 }, 'cacheFile: must be of type string, not 5'],
    [{ cacheFile: 'x', cacheKey: 'hunter2' }, 'cacheKey: must be a Uint8Array, not of type string'],
    [{ environmentVariables: 'A_' }, 'environmentVariables: must be of type object, not "A_"'],
    [{ environmentVariables: {} }, 'environmentVariables.prefix: must be of type string, not undefined'],
    [
      { environmentVariables: { prefix: 'A_', variables: 5 } },
      'environmentVariables.variables: must be of type object, not 5',
    ],
    [
      { environmentVariables: { prefix: 'A_', only: [] } },
      'environmentVariables: has no option "only"; there are prefix, variables',
    ],
    [{ token: 5 }, 'token: must be of type string, not of type number'],
    [{ requestTimeoutMs: '5000' }, 'requestTimeoutMs: must be of type number, not "5000"'],
    [{ requestTimeoutMs: NaN }, 'requestTimeoutMs: must be from 1 to 2147483647, not NaN'],
    [{ requestTimeoutMs: Infinity }, 'requestTimeoutMs: must be from 1 to 2147483647, not Infinity'],
    [{ clock: Date }, 'clock: must be of type object, not a function'],
    [{ clock: { now: () => 0 } }, 'clock.sleep: must be of type function, not undefined'],
    [{ clock: { sleep: () => Promise.resolve() } }, 'clock.now: must be of type function, not undefined'],
    [{ onProblem: console }, 'onProblem: must be of type function, not an object'],
    [{ cachefile: 'x' }, 'ConfigClient: has no option "cachefile"; there are url, directory, service'],
  ])('refuses %j at construction, by what it must be and what it is', (options, message) => {
    expect(make(options)).toThrow(message);
  });

  it.each<Untyped>([{ token: ['hunter2'] }, { token: 'hunter2\n' }, { cacheFile: 'x', cacheKey: 'hunter2' }])(
    'shows nothing of a secret that it refuses: %#',
    (options) => {
      expect(make(options)).toThrow(TypeError);
      expect(make(options)).not.toThrow(/hunter2/);
    },
  );

  it('takes an option that is undefined for one that is not given', () => {
    const names = ['directory', 'schema', 'secretKeys', 'cacheFile', 'cacheKey', 'environmentVariables', 'token'];
    const others = ['instanceId', 'requestTimeoutMs', 'clock', 'onProblem'];

    expect(make(Object.fromEntries([...names, ...others].map((name) => [name, undefined])))).not.toThrow();
  });
});

describe('a RegistryClient', () => {
  const make = (options: Untyped) => () => new RegistryClient({ url: URL_OF_NOBODY, ...options });

  it.each<[Untyped, string]>([
    [{ url: [URL_OF_NOBODY] }, 'url: must be of type string, not an array'],
    [{ environment: 5 }, 'environment: must be of type string, not 5'],
    [{ token: 5 }, 'token: must be of type string, not of type number'],
    [{ requestTimeoutMs: 2 ** 31 }, 'requestTimeoutMs: must be from 1 to 2147483647, not 2147483648'],
    [{ clock: {} }, 'clock.now: must be of type function, not undefined'],
    [{ onProblem: 'log' }, 'onProblem: must be of type function, not "log"'],
    [{ env: 'production' }, 'RegistryClient: has no option "env"; there are url, environment, token'],
  ])('refuses %j at construction', (options, message) => {
    expect(make(options)).toThrow(message);
  });

  it.each<[Untyped, string]>([
    [{ environments: [] }, 'discover: has no option "environments"; there are tags, meta'],
    [{ tags: 'blue' }, 'tags: must be an array, not "blue"'],
    [{ tags: [5] }, 'tags.0: must be of type string, not 5'],
    [{ meta: { team: 5 } }, 'meta.team: must be of type string, not 5'],
    [{ healthy: 'no' }, 'healthy: must be of type boolean, not "no"'],
    [{ required: 1 }, 'required: must be of type boolean, not 1'],
    [{ zone: 5 }, 'zone: must be of type string, not 5'],
    [{ version: null }, 'version: must be of type string, not null'],
  ])('asks no registry for instances by %j', async (options, message) => {
    await using registry = make({})();

    await expect(registry.discover('products', options)).rejects.toThrow(message);
  });

  it('watches by no option that there is not', async () => {
    await using registry = make({})();
    const options: Untyped = { environment: 'default', tags: [] };

    expect(() => registry.watch('products', options)).toThrow('watch: has no option "tags"; there are environment');
  });

  it('registers nothing with a field that there is not', async () => {
    await using registry = make({})();
    const options: Untyped = { service: 'orders', port: 4_000, tag: 'blue' };

    await expect(registry.register(options as { service: string; port: number })).rejects.toThrow(
      /^register: has no option "tag"; there are .*port/,
    );
  });
});

describe('a registration', () => {
  it.each<[Untyped, string]>([
    [{ weight: 65_536 }, 'weight: Too big: expected number to be <=65535, and is 65536'],
    [{ tags: [''] }, 'tags.0: '],
    [{ configurationVersion: 5 }, 'configurationVersion: '],
    [{ port: 5_000 }, 'update: has no option "port"; there are tags, meta, weight'],
  ])('refuses to be updated with %j, and stays as it was', async (changes, message) => {
    await using registry = await FakeRegistry.start();
    await using client = new RegistryClient({ url: registry.url });
    const registration = await client.register({ service: 'orders', id: 'orders-1', port: 4_000, weight: 3 });

    expect(() => registration.update(changes)).toThrow(message);

    expect(await registration.update({ version: '2' })).toBe(true);
    expect(registry.get('orders-1')).toMatchObject({ port: 4_000, weight: 3, tags: [], version: '2' });
  });

  it('keeps what an update leaves undefined', async () => {
    await using registry = await FakeRegistry.start();
    await using client = new RegistryClient({ url: registry.url });
    const registration = await client.register({ service: 'orders', id: 'orders-1', port: 4_000, tags: ['blue'] });
    const changes: Untyped = { tags: undefined, version: '2' };

    expect(await registration.update(changes)).toBe(true);

    expect(registry.get('orders-1')).toMatchObject({ tags: ['blue'], version: '2' });
  });

  it.each<[Untyped, string]>([
    [{ drainMs: -1 }, 'drainMs: must be from 0 to 2147483647, not -1'],
    [{ drainMs: Infinity }, 'drainMs: must be from 0 to 2147483647, not Infinity'],
    [{ drainMs: '500' }, 'drainMs: must be of type number, not "500"'],
    [{ drain: 500 }, 'close: has no option "drain"; there are drainMs'],
  ])('is not closed with %j', async (options, message) => {
    await using registry = await FakeRegistry.start();
    await using client = new RegistryClient({ url: registry.url });
    const registration = await client.register({ service: 'orders', port: 4_000 });

    expect(() => registration.close(options)).toThrow(message);
  });
});

describe('a ServiceCaller', () => {
  const registry = new RegistryClient({ url: URL_OF_NOBODY });

  it.each<[Untyped, string]>([
    [{ registry: undefined }, 'registry: must be a RegistryClient, not undefined'],
    [{ registry: URL_OF_NOBODY }, 'registry: must be a RegistryClient, not "http://127.0.0.1:9"'],
    [{ environment: 5 }, 'environment: must be of type string, not 5'],
    [{ deadlineMs: '10' }, 'deadlineMs: must be of type number, not "10"'],
    [{ attemptTimeoutMs: null }, 'attemptTimeoutMs: must be of type number, not null'],
    [{ firstAnswerMs: NaN }, 'firstAnswerMs: must be from 0 to 2147483647 or Infinity, not NaN'],
    [{ maxServices: '5' }, 'maxServices: must be of type number, not "5"'],
    [{ balancing: 'random' }, 'balancing: must be of type object, not "random"'],
    [{ balancing: { now: () => 0 } }, 'balancing: has no option "now"; there are policy, locality'],
    [{ retry: 3 }, 'retry: must be of type object, not 3'],
    [{ retry: { attempt: 3 } }, 'retry: has no option "attempt"; there are attempts, backoff, budget'],
    [{ retry: { backoff: 25 } }, 'retry.backoff: must be of type function, not 25'],
    [{ retry: { budget: 5 } }, 'retry.budget: must be of type object, not 5'],
    [{ breaker: null }, 'breaker: must be of type object, not null'],
    [{ breaker: { name: 'x' } }, 'breaker: has no option "name"; there are trip, recoveryTimeoutMs'],
    [{ propagate: {} }, 'propagate: must be of type function, not an object'],
    [{ clock: { now: 5, sleep: 5 } }, 'clock.now: must be of type function, not 5'],
    [{ timeoutMs: 5 }, 'ServiceCaller: has no option "timeoutMs"; there are registry, environment, deadlineMs'],
  ])('refuses %j at construction', (options, message) => {
    expect(() => new ServiceCaller({ registry, ...options })).toThrow(message);
  });

  it.each<[Untyped, string]>([
    [{ deadlineMs: 0 }, 'deadlineMs: must be from 1'],
    [{ isIdempotent: 'yes' }, 'isIdempotent: must be of type boolean, not "yes"'],
    [{ timeoutMs: 5 }, 'call: has no option "timeoutMs"; there are deadlineMs, attemptTimeoutMs, isIdempotent'],
  ])('calls no service with %j', (options, message) => {
    using services = new ServiceCaller({ registry });

    expect(() => services.fetch('products', options)).toThrow(message);
    expect(() => services.interceptor(options)).toThrow(message);
  });

  it('sends nothing over what is no dispatcher of undici', () => {
    using services = new ServiceCaller({ registry });
    const agent = {} as ComposableDispatcher;

    expect(() => services.dispatcher('products', agent)).toThrow(
      new TypeError('agent: must be a dispatcher of undici 7 or 8, not an object'),
    );
  });
});
