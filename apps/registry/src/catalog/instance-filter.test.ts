import { describe, expect, it } from 'vitest';

import type { InstanceFilter } from './instance-filter.ts';

import { aRegistration } from '../../test/registrations.ts';
import { matchesFilter } from './instance-filter.ts';
import { register, toInstance } from './instance.ts';

const instance = toInstance(
  register(
    undefined,
    aRegistration({ environment: 'production', tags: ['blue', 'eu'], meta: { rack: '7' }, zone: 'z1', version: '2.0' }),
    0,
  ),
  undefined,
);
const everything: InstanceFilter = { healthy: false, tags: [], meta: new Map() };

describe('matchesFilter', () => {
  it.each([
    ['nothing in particular', {}, true],
    ['healthy ones', { healthy: true }, true],
    ['its environment', { environment: 'production' }, true],
    ['another environment', { environment: 'staging' }, false],
    ['all of its tags', { tags: ['eu', 'blue'] }, true],
    ['one tag that it lacks', { tags: ['eu', 'green'] }, false],
    ['its meta', { meta: new Map([['rack', '7']]) }, true],
    ['other meta', { meta: new Map([['rack', '8']]) }, false],
    ['meta named like a property of every object', { meta: new Map([['constructor', 'x']]) }, false],
    ['its zone and version', { zone: 'z1', version: '2.0' }, true],
    ['another version', { version: '2.1' }, false],
  ] as const)('asked for %s', (_name, filter, matches) => {
    expect(matchesFilter(instance, { ...everything, ...filter })).toBe(matches);
  });

  it('leaves out an instance that is not routable when healthy ones are asked for', () => {
    expect(matchesFilter(toInstance(instance, 'down'), { ...everything, healthy: true })).toBe(false);
  });
});
