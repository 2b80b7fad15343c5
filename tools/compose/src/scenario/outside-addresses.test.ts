import { describe, expect, it } from 'vitest';

import { nameServersIn, routersIn } from './outside-addresses.ts';

describe('addresses beyond this machine', () => {
  it('are those that default routes lead to', () => {
    const routes = `Iface\tDestination\tGateway \tFlags
eth0\t00000000\t010200C0\t0003
docker0\t000011AC\t00000000\t0001
`;

    expect(routersIn(routes)).toEqual(['192.0.2.1']);
  });

  it('are those of name servers, but for one of this machine', () => {
    const resolver = 'search example\nnameserver 127.0.0.53\nnameserver 192.0.2.53\nnameserver fd00::53\n';

    expect(nameServersIn(resolver)).toEqual(['192.0.2.53']);
  });

  it('are none where there is no such file', () => {
    expect([routersIn(''), nameServersIn('')]).toEqual([[], []]);
  });
});
