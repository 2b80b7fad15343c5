import { describe, expect, it } from 'vitest';

import { RegistrySettings } from './config.ts';

describe('the networks that checks may reach, unless an operator names others', () => {
  const { checkNetworks } = RegistrySettings.parse({});

  it.each(['127.0.0.1', '::1', '10.1.2.3', '172.31.0.1', '192.168.1.1', 'fd12:3456::1'])('hold %s', (address) => {
    expect(checkNetworks.includes(address)).toBe(true);
  });

  it.each([
    ['cloud metadata', '169.254.169.254'],
    ['cloud metadata of AWS over IPv6', 'fd00:ec2::254'],
    ['cloud metadata of Google over IPv6', 'fd20:ce::254'],
    ['link-local IPv6', 'fe80::1'],
    ['a public address', '1.1.1.1'],
  ])('do not hold %s', (_what, address) => {
    expect(checkNetworks.includes(address)).toBe(false);
  });
});
