import { describe, expect, it } from 'vitest';

import { endpoint } from '../test/endpoints.ts';
import { LoadBalancer, type LoadBalancerOptions, ringHash } from './index.ts';
import { toSettings } from './options.ts';

describe('a LoadBalancer', () => {
  it('has the defaults that are documented, also where an option is undefined', () => {
    const { random, now, ...settings } = toSettings({ policy: undefined, now: undefined });
    const earliest = performance.now();

    expect(settings).toMatchObject({
      locality: undefined,
      overprovisioning: 1.4,
      slowStart: undefined,
      panicThreshold: 0.5,
    });
    expect(now()).toBeGreaterThanOrEqual(earliest);
    expect(random()).toBeLessThan(1);
  });

  it('chooses by smooth weighted round robin unless told otherwise', () => {
    const balancer = new LoadBalancer();
    const endpoints = [endpoint('a', { weight: 5 }), endpoint('b'), endpoint('c')];

    expect(Array.from({ length: 7 }, () => balancer.choose(endpoints)?.id).join('')).toBe('aabacaa');
  });

  it.each<[LoadBalancerOptions, string]>([
    [{ panicThreshold: 1.1 }, 'LoadBalancer panicThreshold: must be a number from 0 to 1, not 1.1'],
    [{ panicThreshold: -0.1 }, 'LoadBalancer panicThreshold: must be a number from 0 to 1, not -0.1'],
    [
      { locality: { zone: 'z', overprovisioning: 0.9 } },
      'LoadBalancer locality.overprovisioning: must be a number from 1 to 100, not 0.9',
    ],
    [{ slowStart: { windowMs: 0 } }, 'LoadBalancer slowStart.windowMs: must be a number from 1000 to 86400000, not 0'],
  ])('refuses %j', (options, message) => {
    expect(() => new LoadBalancer(options)).toThrow(new RangeError(message));
  });

  it.each([
    ['policy', 'roundRobin'],
    ['random', 0.5],
    ['now', 0],
  ])('refuses a %s that is no function', (option, value) => {
    expect(() => new LoadBalancer({ [option]: value })).toThrow(
      new TypeError(`LoadBalancer ${option}: must be of type function, not ${value}`),
    );
  });

  it.each([
    ['locality', null],
    ['slowStart', null],
    ['slowStart', 0],
  ])('refuses a %s of %s', (option, value) => {
    expect(() => new LoadBalancer({ [option]: value })).toThrow(
      new TypeError(`LoadBalancer ${option}: must be of type object, not ${String(value)}`),
    );
  });

  it('refuses a zone that is no name', () => {
    const locality = { zone: undefined } as unknown as { zone: string }; // as from a program that is not type-checked

    expect(() => new LoadBalancer({ locality })).toThrow(
      new TypeError('LoadBalancer locality.zone: must be of type string, not undefined'),
    );
  });
});

describe('ringHash', () => {
  it.each([0, 1.5, 65_537])('refuses a ring of %d', (minimumRingSize) => {
    expect(() => ringHash({ minimumRingSize })).toThrow(
      new RangeError(`ringHash minimumRingSize: must be an integer from 1 to 65536, not ${minimumRingSize}`),
    );
  });
});
