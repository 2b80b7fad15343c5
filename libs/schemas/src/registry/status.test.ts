import { describe, expect, it } from 'vitest';

import { InstanceStatus, isRoutable } from './status.ts';

describe('an instance', () => {
  it('may be sent requests while it is up, with a warning or without', () => {
    expect(InstanceStatus.options.filter(isRoutable)).toEqual(['up', 'warning']);
    expect(InstanceStatus.options).toEqual(['starting', 'up', 'warning', 'down', 'draining', 'out-of-service']);
  });
});
