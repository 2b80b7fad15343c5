import { describe, expect, it } from 'vitest';

import { InstanceStatus, isRoutable, routableAmong, type Standing } from './status.ts';

describe('an instance', () => {
  it('may be sent requests while it is up, with a warning or without', () => {
    expect(InstanceStatus.options.filter(isRoutable)).toEqual(['up', 'warning']);
    expect(InstanceStatus.options).toEqual(['starting', 'up', 'warning', 'down', 'draining', 'out-of-service']);
  });
});

describe('of a service, requests may be sent to', () => {
  const up: Standing = { status: 'up' };
  const warning: Standing = { status: 'warning' };
  const failing: Standing = { status: 'down' };
  const otherwise: readonly Standing[] = [
    { status: 'starting' },
    { status: 'draining' },
    { status: 'out-of-service', override: 'out-of-service' },
    { status: 'down', override: 'down' },
  ];

  it.each([
    ['the routable instances', [failing, up, ...otherwise, warning], [up, warning]],
    ['one that an operator calls up', [failing, { status: 'up', override: 'up' }], [{ status: 'up', override: 'up' }]],
    ['those that fail their checks where there are no others', [...otherwise, failing, failing], [failing, failing]],
    ['nobody where all are kept from them on purpose, or are not there yet', otherwise, []],
    ['nobody where there is nobody', [], []],
  ] as const)('%s', (_who, instances, expected) => {
    expect(routableAmong(instances)).toEqual(expected);
  });
});
