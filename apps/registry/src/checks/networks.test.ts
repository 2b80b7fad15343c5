import { describe, expect, it } from 'vitest';

import { Networks } from './networks.ts';

describe('Networks', () => {
  const networks = new Networks(['127.0.0.0/8', '10.0.0.0/8', '::1/128', 'fc00::/7']);

  it.each([
    ['127.0.0.1', true],
    ['10.255.0.3', true],
    ['11.0.0.1', false],
    ['169.254.169.254', false],
    ['::1', true],
    ['::2', false],
    ['fd12::1', true],
    ['::ffff:10.0.0.1', true],
    ['::ffff:169.254.169.254', false],
    ['::ffff:a9fe:a9fe', false],
    ['localhost', false],
    ['10.0.0', false],
  ])('says of %s: %s', (address, included) => {
    expect(networks.includes(address)).toBe(included);
  });

  it.each(['10.0.0.0', '10.0.0.0/33', 'example/8', '10.0.0.0/', '::/129'])('refuses "%s" and names it', (network) => {
    expect(() => new Networks([network])).toThrow(`"${network}"`);
  });
});
