import { describe, expect, it } from 'vitest';

import { chosen, endpoint, equals } from '../test/endpoints.ts';
import {
  LoadBalancer,
  type LoadBalancerOptions,
  type MeasuredEndpoint,
  random,
  ringHash,
  type RingHashOptions,
} from './index.ts';
import { toSettings } from './options.ts';

describe('a LoadBalancer', () => {
  it('has the defaults that are documented, also where an option is undefined', () => {
    const { random: chance, now, ...settings } = toSettings({ policy: undefined, now: undefined });
    const earliest = performance.now();

    expect(settings).toMatchObject({
      locality: undefined,
      overprovisioning: 1.4,
      slowStart: undefined,
      panicThreshold: 0.5,
    });
    expect(now()).toBeGreaterThanOrEqual(earliest);
    expect(new Set([chance(), chance(), chance()]).size).toBeGreaterThan(1);
    expect(chance()).toSatisfy((unit: number) => unit >= 0 && unit < 1);
  });

  it('chooses by smooth weighted round robin unless told otherwise', () => {
    const balancer = new LoadBalancer();
    const endpoints = [endpoint('a', { weight: 5 }), endpoint('b'), endpoint('c')];

    expect(Array.from({ length: 7 }, () => balancer.choose(endpoints)?.id).join('')).toBe('aabacaa');
  });

  it.each<[LoadBalancerOptions, string]>([
    [{ panicThreshold: 1.1 }, 'panicThreshold: must be a number from 0 to 1, not 1.1'],
    [{ panicThreshold: -0.1 }, 'panicThreshold: must be a number from 0 to 1, not -0.1'],
    [{ panicThreshold: NaN }, 'panicThreshold: must be a number from 0 to 1, not NaN'],
    [
      { locality: { zone: 'z', overprovisioning: 0.9 } },
      'locality.overprovisioning: must be a number from 1 to 100, not 0.9',
    ],
    [
      { locality: { zone: 'z', overprovisioning: 101 } },
      'locality.overprovisioning: must be a number from 1 to 100, not 101',
    ],
    [{ slowStart: { windowMs: 0 } }, 'slowStart.windowMs: must be a number from 1000 to 86400000, not 0'],
    [{ now: () => NaN }, 'now(): must be a finite number of milliseconds, not NaN'],
  ])('refuses %j', (options, message) => {
    expect(() => new LoadBalancer(options)).toThrow(new RangeError(`LoadBalancer ${message}`));
  });

  it.each([
    [null, ' options: must be of type object, not null'],
    [{ policy: 'roundRobin' }, ' policy: must be of type function, not "roundRobin"'],
    [{ policy: null }, ' policy: must be of type function, not null'],
    [{ policy: random }, ' policy: must make what has use and choose, as random() does, not a function'],
    [{ policy: () => undefined }, ' policy: must make what has use and choose, as random() does, not undefined'],
    [{ random: 0.5 }, ' random: must be of type function, not 0.5'],
    [{ now: 0 }, ' now: must be of type function, not 0'],
    [{ now: () => '0' }, ' now(): must be of type number, not "0"'],
    [{ panicThreshold: '0.5' }, ' panicThreshold: must be of type number, not "0.5"'],
    [{ locality: null }, ' locality: must be of type object, not null'],
    [{ locality: 'z' }, ' locality: must be of type object, not "z"'],
    [{ locality: {} }, ' locality.zone: must be of type string, not undefined'],
    [{ locality: { zone: 'z', region: 5 } }, ' locality.region: must be of type string, not 5'],
    [{ locality: { zone: 'z', overprovisioning: '2' } }, ' locality.overprovisioning: must be of type number, not "2"'],
    [{ slowStart: null }, ' slowStart: must be of type object, not null'],
    [{ slowStart: 0 }, ' slowStart: must be of type object, not 0'],
    [{ slowStart: {} }, ' slowStart.windowMs: must be of type number, not undefined'],
    [{ slowStart: { windowMs: '30s' } }, ' slowStart.windowMs: must be of type number, not "30s"'],
    [{ zone: 'z' }, ': has no option "zone"; there are policy, locality, slowStart, panicThreshold, random, now'],
    [{ locality: { zone: 'z', rack: 1 } }, ' locality: has no option "rack"; there are zone, region, overprovisioning'],
    [
      { slowStart: { windowMs: 1_000, minimum: 0.5 } },
      ' slowStart: has no option "minimum"; there are windowMs, minimumShare, aggression',
    ],
  ])('refuses what is no such option: %o', (options, message) => {
    const create = () => Reflect.construct(LoadBalancer, [options]) as unknown; // as without types

    expect(create).toThrow(new TypeError(`LoadBalancer${message}`));
  });

  it.each<LoadBalancerOptions>([
    { panicThreshold: 0 },
    { panicThreshold: 1 },
    { locality: { zone: 'z', region: undefined, overprovisioning: 1 } },
    { locality: { zone: 'z', overprovisioning: 100 } },
    { slowStart: { windowMs: 1_000, minimumShare: 0.01, aggression: 0.1 } },
    { slowStart: { windowMs: 86_400_000, minimumShare: 1, aggression: 10 } },
  ])('takes options up to the ends of their ranges: %j', (options) => {
    expect(new LoadBalancer(options).choose([endpoint('a')])?.id).toBe('a');
  });

  it.each([
    [{ id: 7 }, 'endpoint id: must be of type string, not 7'],
    [{ weight: '1' }, 'endpoint "a" weight: must be of type number, not "1"'],
    [{ weight: undefined }, 'endpoint "a" weight: must be of type number, not undefined'],
    [{ warmingSince: new Date(0) }, 'endpoint "a" warmingSince: must be of type number, not an object'],
    [{ availability: 'up' }, 'endpoint "a" availability: must be one of available, held-back, unreachable, not "up"'],
  ])('refuses to choose where an endpoint is none: %j', (more, message) => {
    const set = [{ ...endpoint('a'), ...more } as MeasuredEndpoint]; // as without types

    expect(() => new LoadBalancer().choose(set)).toThrow(new TypeError(message));
  });

  it('refuses a key that is no text: all of them would have one endpoint', () => {
    const key = 42 as unknown as string; // as without types

    expect(() => new LoadBalancer().choose([endpoint('a')], undefined, key)).toThrow(
      new TypeError('LoadBalancer key: must be of type string, not 42'),
    );
  });
});

describe('ringHash', () => {
  it.each([0, 1.5, 65_537])('refuses a ring of %d', (minimumRingSize) => {
    expect(() => ringHash({ minimumRingSize })).toThrow(
      new RangeError(`ringHash minimumRingSize: must be an integer from 1 to 65536, not ${minimumRingSize}`),
    );
  });

  it.each([
    [null, ' options: must be of type object, not null'],
    [{ minimumRingSize: '1024' }, ' minimumRingSize: must be of type number, not "1024"'],
    [{ maximumRingSize: 5 }, ': has no option "maximumRingSize"; there are minimumRingSize'],
  ])('refuses %j', (options, message) => {
    expect(() => ringHash(options as RingHashOptions)).toThrow(new TypeError(`ringHash${message}`));
  });

  const owners = (options: RingHashOptions | undefined, count: number) =>
    chosen(new LoadBalancer({ policy: ringHash(options) }), equals(count), 2_000);

  it('has 1,024 points at least unless told otherwise', () => {
    expect(owners({ minimumRingSize: undefined }, 2)).toEqual(owners({ minimumRingSize: 1_024 }, 2));
    expect(owners(undefined, 2)).not.toEqual(owners({ minimumRingSize: 2_048 }, 2));
  });

  it('has 32,768 points where there are many endpoints', () => {
    expect(owners(undefined, 128)).toEqual(owners({ minimumRingSize: 32_768 }, 128));
    expect(owners(undefined, 128)).not.toEqual(owners({ minimumRingSize: 65_536 }, 128));
  });
});
